import type { AttentionPicture, ViewWords } from '../../protocol/view';
import { pixels, shade } from './colours';
import { element, plainContext, sharpCanvas } from './dom';
import { cellAt, cellSize, labelStep, moveInGrid } from './layout';
import { filled, labelOf } from './pieces';
import type { Theme } from './theme';

const LABEL_FONT = 11;
const LABEL_GAP = 6;

/**
 * One head's attention as a heat map, rows attending to columns. Pointer and arrow keys read single numbers; the
 * row at which the cursor stands is the focused token.
 */
export class HeadMap {
  readonly root = element('div', { class: 'map' });
  /** The number under the pointer or cursor, in words. */
  readonly readout = element('output', { class: 'readout', 'aria-live': 'polite' });

  private readonly scroller = element('div', { class: 'map-scroller', role: 'application', tabindex: 0 });
  private readonly plane = element('div', { class: 'map-plane' });
  private readonly rowLabels = element('canvas', { class: 'row-labels', 'aria-hidden': 'true' });
  private readonly columnLabels = element('canvas', { class: 'column-labels', 'aria-hidden': 'true' });
  private readonly corner = element('div', { class: 'corner', 'aria-hidden': 'true' });
  private readonly cells = element('canvas', { class: 'cells', 'aria-hidden': 'true' });
  private readonly field = element('div', { class: 'field' });
  private readonly rowMark = element('div', { class: 'row-mark' });
  private readonly cursorMark = element('div', { class: 'cursor-mark' });

  private picture: AttentionPicture | undefined;
  private weights: Float32Array | undefined;
  private theme: Theme | undefined;
  private cell = 1;
  private cursor = { row: 0, column: 0 };

  /** @param onFocus called with the row, a token's index, that the user moved to */
  constructor(
    private readonly words: ViewWords,
    private readonly onFocus: (token: number) => void,
  ) {
    this.corner.append(
      element('span', { class: 'axis-columns' }, `${words.to} →`),
      element('span', { class: 'axis-rows' }, `${words.from} ↓`),
    );
    this.field.append(this.cells, this.rowMark, this.cursorMark);
    this.plane.append(this.corner, this.columnLabels, this.rowLabels, this.field);
    this.scroller.append(this.plane);
    this.root.append(this.scroller);
    this.field.addEventListener('pointermove', (event) => {
      const place = this.placeOf(event);
      if (place) this.read(place);
    });
    this.field.addEventListener('pointerleave', () => this.read(this.cursor));
    this.field.addEventListener('click', (event) => {
      const place = this.placeOf(event);
      if (place) this.moveTo(place);
    });
    this.scroller.addEventListener('keydown', (event) => {
      const size = this.picture?.tokens.length ?? 0;
      const place = moveInGrid(event.key, this.cursor, size, size);
      if (!place) return;
      event.preventDefault();
      this.moveTo(place);
      this.bringIntoView(place);
    });
    new ResizeObserver(() => this.paint()).observe(this.root);
  }

  /** Shows a text's axes; its numbers come with `fill`. */
  show(picture: AttentionPicture): void {
    this.picture = picture;
    this.weights = undefined;
    this.cursor = { row: 0, column: 0 };
  }

  /** @param weights [tokens, tokens]; `undefined` while they are being fetched */
  fill(weights: Float32Array | undefined, layer: number, head: number): void {
    this.weights = weights;
    this.scroller.setAttribute('aria-label', `${filled(this.words.map, layer, head)}. ${this.words.mapHelp}`);
    this.paint();
  }

  /** Marks the row of the focused token. */
  focusRow(row: number): void {
    this.cursor = { row, column: this.cursor.column };
    this.placeMarks(this.cursor);
    this.paintLabels();
    this.read(this.cursor);
    this.bringIntoView(this.cursor);
  }

  paint(theme = this.theme): void {
    this.theme = theme;
    const { picture } = this;
    if (!picture || !theme) return;
    const size = picture.tokens.length;
    const labels = this.labelLength(theme);
    this.cell = cellSize(this.root.clientWidth - labels - 2, size);
    const side = size * this.cell;
    this.plane.style.gridTemplateColumns = `${labels}px ${side}px`;
    this.plane.style.gridTemplateRows = `${labels}px ${side}px`;
    const context = sharpCanvas(this.cells, side, side);
    if (this.weights) {
      // One pixel a cell, enlarged without smoothing: a few milliseconds at any size.
      const small = element('canvas', { width: size, height: size });
      const image = new ImageData(pixels(Uint8Array.from(this.weights, shade), theme.scale), size, size);
      plainContext(small).putImageData(image, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, side, side);
    }
    this.paintLabels();
    this.placeMarks(this.cursor);
    this.read(this.cursor);
  }

  private labelLength(theme: Theme): number {
    const context = plainContext(this.rowLabels);
    context.font = theme.font(LABEL_FONT, true);
    const widths = (this.picture?.tokens ?? []).map((token) => context.measureText(labelOf(token)).width);
    return Math.ceil(Math.max(80, ...widths) + 2 * LABEL_GAP);
  }

  private paintLabels(): void {
    const { picture, theme, cell } = this;
    if (!picture || !theme) return;
    const length = this.labelLength(theme);
    const side = picture.tokens.length * cell;
    const step = labelStep(cell);
    const rows = sharpCanvas(this.rowLabels, length, side);
    const columns = sharpCanvas(this.columnLabels, side, length);
    const paintAxis = (context: CanvasRenderingContext2D, chosen: number, horizontal: boolean): void => {
      context.textBaseline = 'middle';
      picture.tokens.forEach((token, index) => {
        // The chosen label is always there; its neighbours give way where there is no room for both.
        const near = Math.abs(index - chosen) * cell < step * cell && index !== chosen;
        if (index !== chosen && (index % step !== 0 || (near && step > 1))) return;
        context.fillStyle = token.special && index !== chosen ? theme.dimmed : theme.foreground;
        context.font = theme.font(LABEL_FONT, index === chosen);
        // At the ends of small cells the label would be cut off.
        const middle = Math.min(Math.max((index + 0.5) * cell, LABEL_FONT / 2), side - LABEL_FONT / 2);
        context.save();
        if (horizontal) {
          context.translate(middle, length - LABEL_GAP);
          context.rotate(-Math.PI / 2);
          context.textAlign = 'left';
        } else {
          context.translate(length - LABEL_GAP, middle);
          context.textAlign = 'right';
        }
        context.fillText(labelOf(token), 0, 0);
        context.restore();
      });
    };
    paintAxis(rows, this.cursor.row, false);
    paintAxis(columns, this.cursor.column, true);
  }

  private moveTo(place: { row: number; column: number }): void {
    const focused = this.cursor.row;
    this.cursor = place;
    this.placeMarks(place);
    this.paintLabels();
    this.read(place);
    if (place.row !== focused) this.onFocus(place.row);
  }

  private placeMarks({ row, column }: { row: number; column: number }): void {
    const { cell } = this;
    const side = (this.picture?.tokens.length ?? 0) * cell;
    setBox(this.rowMark, 0, row * cell, side, cell);
    setBox(this.cursorMark, column * cell, row * cell, cell, cell);
  }

  private read({ row, column }: { row: number; column: number }): void {
    const { picture, weights } = this;
    const from = picture?.tokens[row];
    const to = picture?.tokens[column];
    const weight = weights?.[row * (picture?.tokens.length ?? 0) + column];
    const text =
      from && to && weight !== undefined
        ? filled(
            this.words.weight,
            `“${labelOf(from, 24)}” (${row})`,
            `“${labelOf(to, 24)}” (${column})`,
            weight.toFixed(4),
          )
        : '';
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  private bringIntoView({ row, column }: { row: number; column: number }): void {
    const { scroller, cell } = this;
    const labels = this.rowLabels.clientWidth;
    const x = column * cell;
    const y = row * cell;
    if (x < scroller.scrollLeft) scroller.scrollLeft = x;
    else if (x + cell + labels > scroller.scrollLeft + scroller.clientWidth)
      scroller.scrollLeft = x + cell + labels - scroller.clientWidth;
    if (y < scroller.scrollTop) scroller.scrollTop = y;
    else if (y + cell + labels > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = y + cell + labels - scroller.clientHeight;
  }

  private placeOf(event: MouseEvent): { row: number; column: number } | undefined {
    const box = this.field.getBoundingClientRect();
    return cellAt(
      event.clientX - box.left,
      event.clientY - box.top,
      this.cell,
      this.picture?.tokens.length ?? 0,
    );
  }
}

function setBox(box: HTMLElement, left: number, top: number, width: number, height: number): void {
  Object.assign(box.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
}
