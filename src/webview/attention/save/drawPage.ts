/** What is seen of the page, as a drawing: boxes, text where it stands, canvases and lines. */
import { element, plainContext } from '../dom';
import { AxisRecorder } from './axisRecorder';
import { runsOf } from './brokenWords';
import type { Box, Drawing, Item } from './drawing';
import { vectors } from './vectors';

const MARGIN = 16;

/** @param root is drawn whole, but for what is hidden, scrolled away, or a control */
export function drawPage(root: HTMLElement): Drawing {
  const box = root.getBoundingClientRect();
  const page = new PageDrawer({ x: box.left - MARGIN, y: box.top - MARGIN });
  return {
    width: box.width + 2 * MARGIN,
    height: box.height + 2 * MARGIN,
    background: getComputedStyle(document.body).backgroundColor,
    items: page.element(root),
  };
}

class PageDrawer {
  private readonly context = plainContext(element('canvas'));

  constructor(private readonly origin: { x: number; y: number }) {}

  element(node: Element): Item[] {
    const style = getComputedStyle(node);
    if (style.display === 'none' || style.visibility === 'hidden') return [];
    if (node.matches('button, select, label.choice, progress, details:not([open]), .unseen')) return [];
    const box = this.place(node.getBoundingClientRect());
    const items: Item[] = node instanceof SVGElement ? [] : boxes(box, style);
    if (node instanceof HTMLCanvasElement) items.push(...this.canvas(node, box));
    else if (node instanceof SVGPathElement) items.push(this.path(node));
    const inside: Item[] = [];
    for (const child of node.childNodes) {
      if (child instanceof Text) inside.push(...this.text(child, style));
      else if (child instanceof Element) inside.push(...this.element(child));
    }
    if (inside.length > 0 && style.overflow !== 'visible') items.push({ kind: 'clip', box, items: inside });
    else items.push(...inside);
    return items;
  }

  private canvas(canvas: HTMLCanvasElement, box: Box): Item[] {
    const paint = vectors.get(canvas);
    if (!paint) return canvas.width > 0 && canvas.height > 0 ? [{ kind: 'image', canvas, ...box }] : [];
    const recorder = new AxisRecorder(box);
    paint(recorder);
    return recorder.items;
  }

  private path(path: SVGPathElement): Item {
    const box = this.place(path.ownerSVGElement!.getBoundingClientRect());
    const attribute = (name: string): string => path.getAttribute(name) ?? '';
    return {
      kind: 'path',
      d: attribute('d'),
      x: box.x,
      y: box.y,
      stroke: attribute('stroke'),
      lineWidth: Number(attribute('stroke-width')),
      opacity: Number(attribute('stroke-opacity')),
    };
  }

  /** Word by word, as lines mostly break between words; one that is broken itself line by line. */
  private text(node: Text, style: CSSStyleDeclaration): Item[] {
    const items: Item[] = [];
    const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    this.context.font = font;
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = this.context.measureText('x');
    const range = document.createRange();
    const rectangles = (start: number, end: number): DOMRect[] => {
      range.setStart(node, start);
      range.setEnd(node, end);
      return [...range.getClientRects()].filter(({ width }) => width > 0);
    };
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      const runs =
        rectangles(index, index + word.length).length < 2
          ? [{ start: 0, end: word.length }]
          : runsOf(word, (start, end) => rectangles(index + start, index + end)[0]?.top);
      for (const { start, end } of runs) {
        const found = rectangles(index + start, index + end);
        const [first] = found;
        if (!first) continue;
        const { x, y, width, height } = this.place(first);
        const baseline = y + (height - ascent - descent) / 2 + ascent;
        items.push({
          kind: 'text',
          text: word.slice(start, end),
          x,
          y: baseline,
          font,
          fill: style.color,
          ...(found.length === 1 && { width }),
        });
      }
    }
    return items;
  }

  private place({ left, top, width, height }: DOMRect): Box {
    return { x: left - this.origin.x, y: top - this.origin.y, width, height };
  }
}

/** An element's background, border and outline. */
function boxes(box: Box, style: CSSStyleDeclaration): Item[] {
  const items: Item[] = [];
  const radius = parseFloat(style.borderTopLeftRadius) || 0;
  const fill = seen(style.backgroundColor);
  if (fill) items.push({ kind: 'box', ...box, fill, radius });
  const border = parseFloat(style.borderTopWidth);
  if (border > 0 && style.borderTopStyle !== 'none' && seen(style.borderTopColor))
    items.push(frame(box, border, 0, style.borderTopColor, radius));
  const outline = parseFloat(style.outlineWidth);
  if (outline > 0 && style.outlineStyle !== 'none' && seen(style.outlineColor))
    items.push(frame(box, outline, parseFloat(style.outlineOffset) + outline, style.outlineColor, radius));
  return items;
}

/** A line inside a box that is `out` larger at each side. */
function frame(
  { x, y, width, height }: Box,
  line: number,
  out: number,
  stroke: string,
  radius: number,
): Item {
  const by = out - line / 2;
  return {
    kind: 'box',
    x: x - by,
    y: y - by,
    width: Math.max(width + 2 * by, 0),
    height: Math.max(height + 2 * by, 0),
    stroke,
    lineWidth: line,
    radius,
  };
}

/** A colour; nothing when it can't be seen. */
function seen(colour: string): string | undefined {
  return colour === 'transparent' || /^rgba\(.*, 0\)$|\/ 0\)$/.test(colour) ? undefined : colour;
}
