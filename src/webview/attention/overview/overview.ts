import type { HeadPictures } from '../../../protocol/engine';
import type { HeadFigures } from '../../../protocol/view';
import type { ViewWords } from '../../../protocol/viewWords';
import { imageOf, paletteOf } from '../colours';
import { element, plainContext } from '../dom';
import { moveInGrid } from '../grid';
import { filled } from '../text/pieces';
import type { Theme } from '../theme';
import { figure, longName, shortName, signOf } from './headNames';
import { headOrder, reachable } from './order';
import { scoreOf } from './scores';

export interface OverviewEvents {
  onChoose: (head: number) => void;
  /** Heads were taken into the selection, or out of it. */
  onSelect: (heads: number[]) => void;
}

interface Cell {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly caption: HTMLElement;
  /** For those who can't see the thumbnail. */
  readonly name: HTMLElement;
}

/** All layers x heads as thumbnails, each with its class; one of them is chosen, several may be selected. */
export class Overview {
  readonly root = element('div', { class: 'overview', role: 'grid', 'aria-multiselectable': 'true' });
  /** By head. */
  private cells: Cell[] = [];
  private layers = 0;
  private heads = 0;
  private pictures: HeadPictures | undefined;
  private figures: HeadFigures | undefined;
  private sort = '';
  private kind = '';
  private order: number[] = [];
  /** How the cells stand in the page. */
  private arranged = '';
  private chosen = 0;
  private selected = new Set<number>();

  constructor(
    private readonly words: ViewWords,
    private readonly events: OverviewEvents,
  ) {
    this.root.setAttribute('aria-label', words.overview);
    this.root.addEventListener('click', (event) => this.click(event));
    this.root.addEventListener('keydown', (event) => this.key(event));
  }

  /** Another model or text: cells for all heads; pictures and figures come after. */
  show(layers: number, heads: number): void {
    this.figures = undefined;
    if (layers !== this.layers || heads !== this.heads) {
      [this.layers, this.heads] = [layers, heads];
      this.cells = Array.from({ length: layers * heads }, () => this.makeCell());
      this.arranged = '';
      this.root.style.setProperty('--heads', String(heads));
    }
    this.arrange();
  }

  paint(pictures: HeadPictures, theme: Theme): void {
    this.pictures = pictures;
    const { thumbnailRows: rows, thumbnailColumns: columns, thumbnails } = pictures;
    const palette = paletteOf(theme.scale);
    this.cells.forEach(({ canvas }, head) => {
      if (canvas.width !== columns) canvas.width = columns;
      if (canvas.height !== rows) canvas.height = rows;
      const shades = thumbnails.subarray(head * rows * columns, (head + 1) * rows * columns);
      plainContext(canvas).putImageData(imageOf(shades, columns, rows, palette), 0, 0);
    });
  }

  setFigures(figures: HeadFigures | undefined): void {
    this.figures = figures;
    this.arrange();
  }

  /** See `headOrder`. */
  setOrder(sort: string, kind: string): void {
    if (sort === this.sort && kind === this.kind) return;
    [this.sort, this.kind] = [sort, kind];
    this.arrange();
  }

  mark(chosen: number, selected: readonly number[]): void {
    this.chosen = chosen;
    this.selected = new Set(selected);
    const first = reachable(this.order, chosen);
    this.cells.forEach(({ root }, head) => {
      root.setAttribute('aria-current', String(head === chosen));
      root.setAttribute('aria-selected', String(this.selected.has(head)));
      root.tabIndex = head === first ? 0 : -1;
    });
  }

  private makeCell(): Cell {
    const canvas = element('canvas', { 'aria-hidden': 'true' });
    const caption = element('span', { class: 'caption' });
    const name = element('span', { class: 'unseen' });
    const root = element('div', { role: 'gridcell', tabindex: -1 }, canvas, caption, name);
    return { root, canvas, caption, name };
  }

  /** Puts the cells in order under headings, or in a list where they are sorted or filtered. */
  private arrange(): void {
    const { layers, heads } = this;
    this.order = headOrder(layers * heads, this.figures, this.sort, this.kind);
    const inOrder = this.order.length === layers * heads && !this.isSorted;
    // Figures come often and seldom change the order; cells that stay where they are keep the focus.
    const arrangement = `${inOrder} ${heads} ${this.order.join()}`;
    if (arrangement !== this.arranged) {
      this.arranged = arrangement;
      this.place(inOrder);
    }
    this.cells.forEach((_, head) => this.label(head, !inOrder));
    this.mark(this.chosen, [...this.selected]);
  }

  private place(inOrder: boolean): void {
    const { heads, words } = this;
    const hadFocus = this.cells.find(({ root }) => root === document.activeElement);
    this.root.classList.toggle('list', !inOrder);
    const rows: HTMLElement[] = [];
    if (inOrder) {
      const headings = Array.from({ length: heads }, (_, head) =>
        element('div', { role: 'columnheader' }, String(head)),
      );
      rows.push(element('div', { role: 'row' }, element('div', { role: 'presentation' }), ...headings));
    }
    for (let from = 0; from < this.order.length; from += heads) {
      const cells = this.order.slice(from, from + heads).map((head) => this.cells[head]!.root);
      const layer = from / heads;
      const title = filled(words.selectLayer, layer);
      const heading = element('div', { role: 'rowheader', title, 'data-layer': layer }, String(layer));
      rows.push(element('div', { role: 'row' }, ...(inOrder ? [heading] : []), ...cells));
    }
    if (this.order.length === 0)
      rows.push(
        element(
          'div',
          { role: 'row' },
          element('div', { role: 'gridcell', class: 'empty' }, words.noSuchHead),
        ),
      );
    this.root.replaceChildren(...rows);
    if (!hadFocus) return;
    const first = reachable(this.order, this.chosen);
    const next = hadFocus.root.isConnected ? hadFocus : first === undefined ? undefined : this.cells[first];
    next?.root.focus({ preventScroll: true });
  }

  private get isSorted(): boolean {
    return scoreOf(this.figures, this.sort, 0) !== undefined;
  }

  private label(head: number, named: boolean): void {
    const { words, figures, heads } = this;
    const { root, caption, name } = this.cells[head]!;
    const [layer, column] = [Math.floor(head / heads), head % heads];
    const known = figures?.classes?.[head];
    const index = `${layer}.${column}`;
    const value = scoreOf(figures, this.sort, head);
    const parts = [
      ...(named ? [index] : []),
      ...(value !== undefined ? [figure(this.sort, value)] : known ? [shortName(known, words)] : []),
    ];
    caption.textContent = parts.join(' · ') || '\u00a0';
    // Where a cell is too narrow for the name, a sign stands for it.
    caption.dataset['sign'] =
      value === undefined && known && !named ? signOf(known) : (caption.textContent ?? '');
    const place = filled(words.layerAndHead, layer, column);
    const title = known ? `${place}: ${longName(known, words)}` : place;
    root.title = title;
    // What is seen is part of the name, as those who speak to the screen expect.
    name.textContent = title;
    root.dataset['head'] = index;
  }

  private click(event: MouseEvent): void {
    const target = event.target as Element;
    const layer = target.closest<HTMLElement>('[data-layer]')?.dataset['layer'];
    if (layer !== undefined) return this.toggleLayer(Number(layer));
    const cell = target.closest('[role=gridcell]');
    const head = this.cells.findIndex(({ root }) => root === cell);
    if (head < 0) return;
    if (event.ctrlKey || event.metaKey) this.toggle(head);
    else this.events.onChoose(head);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const current = reachable(this.order, this.chosen);
    if (current === undefined) return;
    if (event.key === ' ') {
      event.preventDefault();
      if (event.shiftKey) this.toggleLayer(Math.floor(current / this.heads));
      else this.toggle(current);
      return;
    }
    const at = this.order.indexOf(current);
    const columns = this.columns;
    const rows = Math.ceil(this.order.length / columns);
    const from = { row: Math.floor(at / columns), column: at % columns };
    const next = moveInGrid(event.key, from, rows, columns);
    if (!next) return;
    event.preventDefault();
    const head = this.order[Math.min(next.row * columns + next.column, this.order.length - 1)]!;
    this.events.onChoose(head);
    this.cells[head]!.root.focus();
  }

  /** Cells beside one another: in a list as many as there is room for. */
  private get columns(): number {
    if (!this.root.classList.contains('list')) return this.heads;
    return Math.max(1, getComputedStyle(this.root).gridTemplateColumns.split(' ').length);
  }

  private toggle(head: number): void {
    const selected = new Set(this.selected);
    if (!selected.delete(head)) selected.add(head);
    this.events.onSelect([...selected].sort((a, b) => a - b));
  }

  /** Selects a layer alone, or nothing where it was. */
  private toggleLayer(layer: number): void {
    const all = Array.from({ length: this.heads }, (_, head) => layer * this.heads + head);
    const was = this.selected.size === all.length && all.every((head) => this.selected.has(head));
    this.events.onSelect(was ? [] : all);
  }
}
