import type { Span } from '../../../core/text/span';
import { colourOf, css, inkOn } from '../colours';
import { element } from '../dom';
import type { Theme } from '../theme';
import type { Unit } from '../unit';
import { piecesOf } from './pieces';
import { scrolledTo } from './scroll';

/** How a unit is coloured, and what is said of it. */
export interface Tint {
  readonly weight: number;
  readonly title: string;
  readonly label: string;
}

/** Before a text is painted. */
const NONE = -1;

/** The text itself, its tokens or words coloured. One of them may be focused. */
export class TextView {
  readonly root: HTMLElement;
  /** Elements by unit. */
  private parts: HTMLElement[] = [];
  private focused = NONE;

  /** @param onFocus called with the index of the unit that the user chose; without it the text is only looked at */
  constructor(
    name: string,
    private readonly onFocus?: (unit: number) => void,
  ) {
    this.root = element('div', { class: 'text', role: onFocus ? 'listbox' : 'list', 'aria-label': name });
    if (!onFocus) return;
    this.root.addEventListener('click', (event) => {
      const unit = this.parts.indexOf((event.target as Element).closest('.token') as HTMLElement);
      if (unit >= 0) onFocus(unit);
    });
    this.root.addEventListener('keydown', (event) => this.key(event, onFocus));
  }

  /** @param part of the text that is shown */
  show(text: string, units: readonly Unit[], part: Span): void {
    this.parts = [];
    const nodes: (Node | string)[] = [];
    for (const { text: piece, unit, added } of piecesOf(text, units, part)) {
      if (unit === undefined) {
        nodes.push(element('span', { role: 'presentation' }, piece));
        continue;
      }
      const made = element(
        'span',
        { class: added ? 'token added' : 'token', role: this.onFocus ? 'option' : 'listitem' },
        piece,
      );
      this.parts[unit] = made;
      nodes.push(made);
    }
    this.root.replaceChildren(...nodes);
    this.focused = NONE;
  }

  /**
   * @param focused index of the focused unit, if any
   * @param tintOf what is said of a unit by its colour; nothing while that is being fetched
   */
  paint(focused: number | undefined, tintOf: ((unit: number) => Tint) | undefined, theme: Theme): void {
    const moved = focused !== undefined && focused !== this.focused;
    this.focused = focused ?? 0;
    this.parts.forEach((part, index) => {
      if (this.onFocus) {
        part.setAttribute('aria-selected', String(index === focused));
        part.tabIndex = index === this.focused ? 0 : -1;
      }
      const tint = tintOf?.(index);
      if (!tint) {
        part.removeAttribute('style');
        part.removeAttribute('title');
        part.removeAttribute('aria-label');
        return;
      }
      const colour = colourOf(theme.scale, tint.weight);
      part.style.backgroundColor = css(colour);
      part.style.color = css(inkOn(colour));
      part.title = tint.title;
      part.setAttribute('aria-label', tint.label);
    });
    if (moved) this.reveal();
  }

  /** Scrolls the text alone: whoever moves through the map keeps the map in sight. */
  private reveal(): void {
    const part = this.parts[this.focused];
    if (!part) return;
    const { root } = this;
    const [own, box] = [part.getBoundingClientRect(), root.getBoundingClientRect()];
    const top = own.top - box.top - root.clientTop + root.scrollTop;
    root.scrollTop = scrolledTo(top, top + own.height, root.scrollTop, root.clientHeight);
  }

  private key(event: KeyboardEvent, onFocus: (unit: number) => void): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.parts.length - 1;
    const steps: Record<string, number> = {
      ArrowLeft: this.focused - 1,
      ArrowUp: this.focused - 1,
      ArrowRight: this.focused + 1,
      ArrowDown: this.focused + 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onFocus(Math.min(Math.max(next, 0), last));
    this.parts[this.focused]?.focus();
  }
}
