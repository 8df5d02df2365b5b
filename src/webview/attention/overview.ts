import type { AttentionPicture, ViewWords } from '../../protocol/view';
import { pixels } from './colours';
import { element, plainContext } from './dom';
import { moveInGrid } from './layout';
import { filled } from './pieces';
import type { Theme } from './theme';

/** All layers x heads as thumbnails; one of them is chosen by pointer or arrow keys. */
export class Overview {
  readonly root = element('table', { class: 'overview', role: 'grid' });
  private cells: { cell: HTMLElement; canvas: HTMLCanvasElement }[] = [];
  private picture: AttentionPicture | undefined;
  private chosen = { row: 0, column: 0 };

  /** @param onChoose called with the layer and head that the user chose */
  constructor(
    private readonly words: ViewWords,
    private readonly onChoose: (layer: number, head: number) => void,
  ) {
    this.root.setAttribute('aria-label', words.overview);
    this.root.addEventListener('click', (event) => {
      const cell = (event.target as Element).closest('td');
      const index = this.cells.findIndex((candidate) => candidate.cell === cell);
      if (index >= 0) this.choose(this.placeOf(index));
    });
    this.root.addEventListener('keydown', (event) => {
      if (!this.picture) return;
      const { layers, heads } = this.picture;
      const next = moveInGrid(event.key, this.chosen, layers, heads);
      if (!next) return;
      event.preventDefault();
      this.choose(next);
      this.cells[this.indexOf(next)]?.cell.focus();
    });
  }

  show(picture: AttentionPicture, theme: Theme): void {
    this.picture = picture;
    const { layers, heads } = picture;
    this.cells = [];
    const columns = element('tr', {}, element('td', { class: 'corner' }));
    for (let head = 0; head < heads; head++) columns.append(element('th', { scope: 'col' }, String(head)));
    const rows = [element('thead', {}, columns)];
    const body = element('tbody');
    for (let layer = 0; layer < layers; layer++) {
      const row = element('tr', {}, element('th', { scope: 'row' }, String(layer)));
      for (let head = 0; head < heads; head++) {
        const canvas = element('canvas', { 'aria-hidden': 'true' });
        const cell = element(
          'td',
          {
            role: 'gridcell',
            tabindex: -1,
            'aria-label': filled(this.words.layerAndHead, layer, head),
            title: filled(this.words.layerAndHead, layer, head),
          },
          canvas,
        );
        this.cells.push({ cell, canvas });
        row.append(cell);
      }
      body.append(row);
    }
    this.root.replaceChildren(...rows, body);
    this.paint(theme);
  }

  paint(theme: Theme): void {
    if (!this.picture) return;
    const { thumbnailSize: size, thumbnails } = this.picture;
    this.cells.forEach(({ canvas }, index) => {
      canvas.width = size;
      canvas.height = size;
      const shades = thumbnails.subarray(index * size * size, (index + 1) * size * size);
      plainContext(canvas).putImageData(new ImageData(pixels(shades, theme.scale), size, size), 0, 0);
    });
  }

  /** Marks a head as the chosen one. */
  mark(layer: number, head: number): void {
    this.chosen = { row: layer, column: head };
    const chosen = this.indexOf(this.chosen);
    this.cells.forEach(({ cell }, index) => {
      cell.setAttribute('aria-selected', String(index === chosen));
      cell.tabIndex = index === chosen ? 0 : -1;
    });
  }

  private choose(place: { row: number; column: number }): void {
    this.mark(place.row, place.column);
    this.onChoose(place.row, place.column);
  }

  private indexOf({ row, column }: { row: number; column: number }): number {
    return row * (this.picture?.heads ?? 0) + column;
  }

  private placeOf(index: number): { row: number; column: number } {
    const heads = this.picture?.heads ?? 1;
    return { row: Math.floor(index / heads), column: index % heads };
  }
}
