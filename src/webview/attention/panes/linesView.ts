import type { ViewWords } from '../../../protocol/viewWords';
import { element, svgElement } from '../dom';
import { filled, labelOf } from '../text/pieces';
import { colourOf, css } from '../colours';
import type { Theme } from '../theme';
import type { Shown, Unit } from '../unit';
import { curve, LEAST_WEIGHT, linesOf, MOST_LINES, ROW_HEIGHT, type Line } from './lines';

const GAP = 110;

/**
 * Two columns of the text with lines from the focused rows, and from the one under the pointer, to what they attend
 * to. Only the rows that are seen are in the page, whatever the text's length.
 */
export class LinesView {
  readonly root = element('div', { class: 'lines' });
  private readonly scroller = element('div', { class: 'lines-scroller', role: 'application', tabindex: 0 });
  private readonly plane = element('div', { class: 'lines-plane' });
  private readonly left = element('div', { class: 'lines-column from' });
  private readonly right = element('div', { class: 'lines-column to' });
  private readonly svg = svgElement('svg', { 'aria-hidden': 'true', width: GAP });
  private readonly note = element('p', { class: 'help' });
  private readonly readout = element('output', { class: 'readout', 'aria-live': 'polite' });
  private shown: Shown | undefined;
  private theme: Theme | undefined;
  private focused = 0;
  /** Where the run of focused rows begins; they end at the focused one. */
  private anchor = 0;
  private hovered: number | undefined;

  /** @param onFocus called with the row that the user chose */
  constructor(
    private readonly words: ViewWords,
    private readonly onFocus: (row: number) => void,
  ) {
    this.plane.append(this.left, this.svg, this.right);
    this.scroller.append(this.plane);
    this.root.append(this.readout, this.scroller, this.note);
    this.scroller.setAttribute('aria-label', words.linesHelp);
    this.note.textContent = filled(words.linesNote, MOST_LINES, LEAST_WEIGHT);
    this.scroller.addEventListener('scroll', () => this.paint());
    this.scroller.addEventListener('keydown', (event) => this.key(event));
    this.left.addEventListener('pointerover', (event) => this.hover(rowOf(event)));
    this.left.addEventListener('pointerleave', () => this.hover(undefined));
    this.left.addEventListener('click', (event) => {
      const row = rowOf(event);
      if (row === undefined) return;
      if (event.shiftKey) this.extendTo(row);
      else this.onFocus(row);
    });
    new ResizeObserver(() => this.paint()).observe(this.scroller);
  }

  show(shown: Shown | undefined, theme: Theme): void {
    this.shown = shown;
    this.theme = theme;
    this.hovered = undefined;
    this.paint();
  }

  focusRow(row: number): void {
    if (row !== this.focused) this.anchor = row;
    this.focused = row;
    const top = row * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop || top + ROW_HEIGHT > scrollTop + clientHeight)
      this.scroller.scrollTop = top - clientHeight / 2;
    this.paint();
  }

  private paint(): void {
    const { shown, theme, scroller } = this;
    if (!theme) return;
    const rows = shown?.rows ?? [];
    const columns = shown?.columns ?? [];
    const height = Math.max(rows.length, columns.length) * ROW_HEIGHT;
    this.plane.style.height = `${height}px`;
    this.svg.setAttribute('height', String(height));
    const first = Math.max(0, Math.floor(scroller.scrollTop / ROW_HEIGHT) - 2);
    const last = Math.ceil((scroller.scrollTop + scroller.clientHeight) / ROW_HEIGHT) + 2;
    const [from, to] = [Math.min(this.anchor, this.focused), Math.max(this.anchor, this.focused)];
    const focused = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    const lines = shown
      ? focused.filter((row) => row < rows.length).flatMap((row) => linesOf(shown, row))
      : [];
    const hovered = shown && this.hovered !== undefined ? linesOf(shown, this.hovered) : [];
    const strongest = new Map<number, number>();
    for (const { column, weight } of [...lines, ...hovered])
      strongest.set(column, Math.max(weight, strongest.get(column) ?? 0));
    this.left.replaceChildren(
      ...labels(rows, first, last, (row) =>
        row >= from && row <= to ? 'focused' : row === this.hovered ? 'hovered' : '',
      ),
    );
    this.right.replaceChildren(
      ...labels(columns, first, last, (column) => (strongest.has(column) ? 'reached' : ''), strongest),
    );
    this.svg.replaceChildren(...[...hovered, ...lines].reverse().map((line) => this.path(line, theme)));
    this.read(lines);
  }

  private path(line: Line, theme: Theme): SVGElement {
    return svgElement('path', {
      d: curve(line, GAP),
      fill: 'none',
      stroke: css(colourOf(theme.scale, 0.25 + 0.5 * line.weight)),
      'stroke-width': 0.75 + 5 * line.weight,
      'stroke-opacity': Math.min(1, 0.35 + line.weight),
    });
  }

  private read(lines: readonly Line[]): void {
    const { shown } = this;
    const from = shown?.rows[this.focused];
    const five = lines.filter(({ row }) => row === this.focused).slice(0, 5);
    const text =
      from && shown && five.length > 0
        ? filled(
            this.words.attendsMost,
            labelOf(from, 24),
            five
              .map(({ column, weight }) => `${labelOf(shown.columns[column]!, 24)} ${weight.toFixed(2)}`)
              .join(', '),
          )
        : '';
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  private hover(row: number | undefined): void {
    if (row === this.hovered) return;
    this.hovered = row;
    this.paint();
  }

  private extendTo(row: number): void {
    const { anchor } = this;
    this.onFocus(row);
    this.anchor = anchor;
    this.paint();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = (this.shown?.rows.length ?? 1) - 1;
    const steps: Record<string, number> = {
      ArrowUp: this.focused - 1,
      ArrowDown: this.focused + 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const row = Math.min(Math.max(next, 0), last);
    if (event.shiftKey) this.extendTo(row);
    else {
      this.onFocus(row);
      this.anchor = row;
      this.paint();
    }
  }
}

function rowOf(event: Event): number | undefined {
  const label = (event.target as Element).closest<HTMLElement>('[data-unit]');
  return label ? Number(label.dataset['unit']) : undefined;
}

function labels(
  units: readonly Unit[],
  first: number,
  last: number,
  mark: (unit: number) => string,
  weights?: ReadonlyMap<number, number>,
): HTMLElement[] {
  return units.slice(first, last).map((unit, index) => {
    const at = first + index;
    const made = element(
      'div',
      { class: `line-label ${mark(at)}`, 'data-unit': at },
      element('span', { class: 'line-name' }, labelOf(unit, 18)),
    );
    if (unit.special) made.classList.add('special');
    const weight = weights?.get(at);
    if (weight !== undefined) made.append(element('span', { class: 'line-weight' }, weight.toFixed(2)));
    made.style.top = `${at * ROW_HEIGHT}px`;
    return made;
  });
}
