import { css, parseColour, scaleOf, themeKindOf, type Rgb, type Scale } from './colours';

/** The colours that canvases and tints are painted with; all else follows the theme through CSS. */
export interface Theme {
  readonly scale: Scale;
  readonly foreground: string;
  readonly dimmed: string;
  /** A canvas font of the given size in CSS pixels. */
  font(size: number, bold?: boolean): string;
}

/** The theme as VS Code has set it on the page. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const kind = themeKindOf(document.body.classList);
  const light = kind === 'light' || kind === 'high-contrast-light';
  const colour = (name: string, fallback: Rgb): Rgb => parseColour(style.getPropertyValue(name)) ?? fallback;
  const foreground = colour('--vscode-editor-foreground', light ? [0, 0, 0] : [255, 255, 255]);
  const family = style.getPropertyValue('--vscode-font-family') || 'sans-serif';
  return {
    scale: scaleOf(kind, colour('--vscode-editor-background', light ? [255, 255, 255] : [30, 30, 30])),
    foreground: css(foreground),
    dimmed: css(colour('--vscode-descriptionForeground', foreground)),
    font: (size, bold = false) => `${bold ? 'bold ' : ''}${size}px ${family}`,
  };
}

/** Calls `listener` when the theme changes: VS Code then rewrites the page's classes and variables. */
export function onThemeChange(listener: () => void): void {
  let waiting = false;
  const observer = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      listener();
    });
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style'] });
}
