import type { SideState } from '../../../protocol/viewState';
import type { ViewWords } from '../../../protocol/viewWords';
import { button } from '../controls';
import { element, plainContext, sharpCanvas } from '../dom';
import { filled, labelOf } from '../text/pieces';
import { vectors } from '../save/vectors';
import type { Theme } from '../theme';
import type { Shown } from '../unit';
import { depthOf, paintAxis, type Axis } from './axis';
import { choosePainter } from './choosePainter';
import { MapInput } from './mapInput';
import { pyramidOf } from './pyramid';
import {
  bounded,
  cellAt,
  cornerOf,
  fitted,
  panned,
  revealing,
  showsAll,
  zoomed,
  type Extent,
  type Place,
  type Viewport,
} from './viewport';

export interface MapEvents {
  /** The user moved to a row. */
  onFocus: (row: number) => void;
  /** Another part is shown; nothing stands for all of it. */
  onZoom: (zoom: SideState['zoom']) => void;
}

/**
 * A matrix as a heat map, rows attending to columns, with zoom and pan. Pointer and keys read single numbers; the
 * row at which the cursor stands is the focused one.
 */
export class HeadMap {
  readonly root = element('div', { class: 'map' });
  /** The number under the pointer or cursor, in words. */
  readonly readout = element('output', { class: 'readout', 'aria-live': 'polite' });
  /** Buttons that zoom. */
  readonly tools: HTMLElement;

  private readonly rowAxis = element('canvas', { class: 'row-labels', 'aria-hidden': 'true' });
  private readonly columnAxis = element('canvas', { class: 'column-labels', 'aria-hidden': 'true' });
  private readonly field = element('div', { class: 'field', role: 'application', tabindex: 0 });
  private readonly rowMark = element('div', { class: 'row-mark' });
  private readonly cursorMark = element('div', { class: 'cursor-mark' });
  private readonly hoverMark = element('div', { class: 'hover-mark', hidden: true });
  private readonly painter = choosePainter();

  private shown: Shown | undefined;
  private theme: Theme | undefined;
  private depth = 80;
  private extent: Extent = { width: 1, height: 1, rows: 0, columns: 0 };
  private viewport: Viewport = { scale: 1, x: 0, y: 0 };
  /** Set while only a part is shown, also through a change of size. */
  private zoom: SideState['zoom'];
  private cursor: Place = { row: 0, column: 0 };
  private frame = 0;

  constructor(
    private readonly words: ViewWords,
    private readonly events: MapEvents,
  ) {
    const corner = element(
      'div',
      { class: 'corner', 'aria-hidden': 'true' },
      element('span', { class: 'axis-columns' }, `${words.to} →`),
      element('span', { class: 'axis-rows' }, `${words.from} ↓`),
    );
    this.field.dataset['painter'] = this.painter.kind;
    this.field.append(this.painter.canvas, this.rowMark, this.hoverMark, this.cursorMark);
    this.root.append(corner, this.columnAxis, this.rowAxis, this.field);
    this.tools = element(
      'span',
      { class: 'map-tools', role: 'group', 'aria-label': words.zoom },
      button('−', { title: words.zoomOut, onClick: () => this.zoomBy(1 / 1.5) }),
      button('◻', { title: words.zoomFit, onClick: () => this.showAll() }),
      button('+', { title: words.zoomIn, onClick: () => this.zoomBy(1.5) }),
    );
    new MapInput(this.field, {
      zoom: (factor, x, y) => this.look(zoomed(this.viewport, this.extent, factor, x, y)),
      pan: (dx, dy) => this.look(panned(this.viewport, this.extent, dx, dy)),
      fit: () => this.showAll(),
      canPan: () => !showsAll(this.viewport, this.extent),
      hover: (x, y) => this.hover(cellAt(this.viewport, this.extent, x, y)),
      leave: () => this.hover(undefined),
      choose: (x, y) => {
        const place = cellAt(this.viewport, this.extent, x, y);
        if (place) this.moveTo(place);
      },
      move: (next) => {
        const place = next(this.cursor, this.extent.rows, this.extent.columns);
        if (!place) return false;
        this.moveTo(place);
        this.look(revealing(this.viewport, this.extent, place));
        return true;
      },
      center: () => ({ x: this.extent.width / 2, y: this.extent.height / 2 }),
    });
    vectors.set(this.rowAxis, (context) => this.theme && paintAxis(context, this.axis(false), this.theme));
    vectors.set(this.columnAxis, (context) => this.theme && paintAxis(context, this.axis(true), this.theme));
    new ResizeObserver(() => this.layOut()).observe(this.root);
  }

  /** Shows nothing: the matrix can't be had. */
  clear(): void {
    this.show(undefined, '', undefined);
    this.hover(undefined);
    this.root.hidden = true;
  }

  /**
   * @param name of the matrix, for those who can't see it
   * @param shown undefined while it is being fetched: what is painted stays until then
   */
  show(shown: Shown | undefined, name: string, zoom: SideState['zoom']): void {
    const size = (matrix: Shown | undefined): string => `${matrix?.rows.length} ${matrix?.columns.length}`;
    if (size(shown) !== size(this.shown)) this.hover(undefined);
    this.shown = shown;
    this.zoom = zoom;
    if (shown) this.root.hidden = false;
    const rows = shown?.rows.length ?? 0;
    const columns = shown?.columns.length ?? 0;
    this.painter.setLevels(shown ? pyramidOf(shown.weights, rows, columns) : []);
    this.field.setAttribute('aria-label', `${name}. ${this.words.mapHelp}`);
    this.cursor = {
      row: Math.min(this.cursor.row, rows - 1),
      column: Math.min(this.cursor.column, columns - 1),
    };
    this.measure();
    this.layOut();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.painter.setScale(theme.scale);
    this.measure();
    this.layOut();
  }

  /** It is not shown again. */
  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.painter.dispose();
  }

  /**
   * Marks a row as the focused one.
   * @param reveal whether the user moved to it: the part that is zoomed to then moves there
   */
  focusRow(row: number, reveal: boolean): void {
    this.cursor = { row, column: Math.max(this.cursor.column, 0) };
    if (reveal && this.zoom && this.root.clientWidth > 0) {
      const next = revealing(this.viewport, this.extent, { row });
      if (next.y !== this.viewport.y) this.look(next);
    }
    this.paintSoon();
    this.read(this.cursor);
  }

  /** The labels' room, which takes a while to find out: only when labels or fonts change. */
  private measure(): void {
    const { shown, theme } = this;
    if (!shown || !theme) return;
    const context = plainContext(element('canvas'));
    this.depth = Math.max(depthOf(shown.rows, theme, context), depthOf(shown.columns, theme, context));
  }

  private layOut(): void {
    const { shown, depth } = this;
    if (!shown || this.root.clientWidth === 0) return;
    const rows = shown.rows.length;
    const columns = shown.columns.length;
    const width = Math.max(this.root.clientWidth - depth - 2, 40);
    const height = Math.max(Math.min(width * (rows / columns), window.innerHeight * 0.78), 120);
    const whole = fitted({ width, height, rows, columns }).scale;
    const scale = whole >= 6 ? Math.floor(whole) : whole;
    this.extent = { width: columns * scale, height: rows * scale, rows, columns };
    this.viewport = bounded(this.zoom ?? fitted(this.extent), this.extent);
    this.root.style.gridTemplateColumns = `${depth}px ${this.extent.width}px`;
    this.root.style.gridTemplateRows = `${depth}px ${this.extent.height}px`;
    this.paint();
    this.read(this.cursor);
  }

  private zoomBy(factor: number): void {
    const { width, height } = this.extent;
    this.look(zoomed(this.viewport, this.extent, factor, width / 2, height / 2));
  }

  private showAll(): void {
    this.look(fitted(this.extent));
  }

  private look(viewport: Viewport): void {
    this.viewport = viewport;
    this.zoom = showsAll(viewport, this.extent) ? undefined : viewport;
    this.events.onZoom(this.zoom);
    this.hoverMark.hidden = true;
    this.paintSoon();
  }

  private paintSoon(): void {
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { theme, extent, viewport, depth } = this;
    if (!theme || !this.shown) return;
    this.painter.paint(viewport, extent.width, extent.height);
    paintAxis(sharpCanvas(this.rowAxis, depth, extent.height), this.axis(false), theme);
    paintAxis(sharpCanvas(this.columnAxis, extent.width, depth), this.axis(true), theme);
    const { scale } = viewport;
    const { left, top } = cornerOf(viewport, this.cursor);
    const side = Math.max(scale, 2);
    placeBox(this.rowMark, 0, top, extent.width, side);
    placeBox(this.cursorMark, left, top, side, side);
  }

  private axis(horizontal: boolean): Axis {
    const { shown, cursor, viewport, extent, depth } = this;
    const { scale } = viewport;
    return horizontal
      ? {
          units: shown?.columns ?? [],
          chosen: cursor.column,
          horizontal,
          depth,
          length: extent.width,
          scale,
          from: viewport.x,
        }
      : {
          units: shown?.rows ?? [],
          chosen: cursor.row,
          horizontal,
          depth,
          length: extent.height,
          scale,
          from: viewport.y,
        };
  }

  private moveTo(place: Place): void {
    const focused = this.cursor.row;
    this.cursor = place;
    this.paintSoon();
    this.read(place);
    if (place.row !== focused) this.events.onFocus(place.row);
  }

  private hover(place: Place | undefined): void {
    this.hoverMark.hidden = !place;
    if (place) {
      const { left, top } = cornerOf(this.viewport, place);
      const side = Math.max(this.viewport.scale, 2);
      placeBox(this.hoverMark, left, top, side, side);
    }
    this.read(place ?? this.cursor);
  }

  private read({ row, column }: Place): void {
    const from = this.shown?.rows[row];
    const to = this.shown?.columns[column];
    const weight = this.shown?.weights[row * this.shown.columns.length + column];
    const name = (text: string, index: number): string => `“${text}” (${index})`;
    const text =
      from && to && weight !== undefined
        ? filled(
            this.words.weight,
            name(labelOf(from, 24), from.tokens[0]!),
            name(labelOf(to, 24), to.tokens[0]!),
            weight.toFixed(4),
          )
        : '';
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }
}

/** By a transform, which moves a box without laying out the page. */
function placeBox(box: HTMLElement, left: number, top: number, width: number, height: number): void {
  box.style.transform = `translate(${left}px, ${top}px)`;
  box.style.width = `${width}px`;
  box.style.height = `${height}px`;
}
