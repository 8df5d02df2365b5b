/** Which part of a matrix a map shows. A cell is square; everything is in CSS pixels and cells. */

export interface Viewport {
  /** Side of a cell. */
  readonly scale: number;
  /** The column and row, with their fractions, at the map's top left corner. */
  readonly x: number;
  readonly y: number;
}

/** The map's own size, and the matrix it shows. */
export interface Extent {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Side of a cell at most: larger ones show nothing more. */
const LARGEST_CELL = 64;
/** Side of a cell at most when all is shown: a small matrix isn't blown up. */
const LARGEST_FITTED_CELL = 28;

/** All of the matrix, as large as it fits. */
export function fitted({ width, height, rows, columns }: Extent): Viewport {
  const scale = Math.min(width / Math.max(columns, 1), height / Math.max(rows, 1), LARGEST_FITTED_CELL);
  return { scale: Math.max(scale, 1e-3), x: 0, y: 0 };
}

/** The nearest viewport that shows nothing beyond the matrix, and no less than makes sense. */
export function bounded(viewport: Viewport, extent: Extent): Viewport {
  const least = fitted(extent).scale;
  const scale = Math.min(Math.max(viewport.scale, least), Math.max(LARGEST_CELL, least));
  const within = (at: number, cells: number, pixels: number): number =>
    Math.min(Math.max(at, 0), Math.max(cells - pixels / scale, 0));
  return {
    scale,
    x: within(viewport.x, extent.columns, extent.width),
    y: within(viewport.y, extent.rows, extent.height),
  };
}

/** Zooms by `factor`; what is at the point (px, py) stays there. */
export function zoomed(viewport: Viewport, extent: Extent, factor: number, px: number, py: number): Viewport {
  const { scale } = bounded({ ...viewport, scale: viewport.scale * factor }, extent);
  const x = viewport.x + px / viewport.scale - px / scale;
  const y = viewport.y + py / viewport.scale - py / scale;
  return bounded({ scale, x, y }, extent);
}

/** Moves by pixels: positive ones show what lies to the right and below. */
export function panned(viewport: Viewport, extent: Extent, dx: number, dy: number): Viewport {
  const { scale, x, y } = viewport;
  return bounded({ scale, x: x + dx / scale, y: y + dy / scale }, extent);
}

/** Moves as little as shows a cell whole, or a row without a step to the side. */
export function revealing(
  viewport: Viewport,
  extent: Extent,
  { row, column }: { readonly row: number; readonly column?: number },
): Viewport {
  const { scale } = viewport;
  const shown = (at: number, from: number, pixels: number): number =>
    at < from ? at : Math.max(from, at + 1 - pixels / scale);
  return bounded(
    {
      scale,
      x: column === undefined ? viewport.x : shown(column, viewport.x, extent.width),
      y: shown(row, viewport.y, extent.height),
    },
    extent,
  );
}

/** The cell at a point; `undefined` outside of the matrix. */
export function cellAt(viewport: Viewport, extent: Extent, px: number, py: number): Place | undefined {
  const column = Math.floor(viewport.x + px / viewport.scale);
  const row = Math.floor(viewport.y + py / viewport.scale);
  return row >= 0 && column >= 0 && row < extent.rows && column < extent.columns
    ? { row, column }
    : undefined;
}

/** Where a cell's top left corner is. */
export function cornerOf({ scale, x, y }: Viewport, { row, column }: Place): { left: number; top: number } {
  return { left: (column - x) * scale, top: (row - y) * scale };
}

/** Whether all of the matrix is shown. */
export function showsAll(viewport: Viewport, extent: Extent): boolean {
  return viewport.scale <= fitted(extent).scale * 1.001;
}
