/** Where things stand in the attention map, in CSS pixels. */

/** Side of a cell: large enough to point at, small enough to see much at once. */
const SMALLEST_CELL = 4;
const LARGEST_CELL = 28;
/** Height of a line of labels. */
const LABEL_HEIGHT = 13;

/** Side of a cell, a whole number, of a map of `tokens` x `tokens` that has `width` to itself. */
export function cellSize(width: number, tokens: number): number {
  return Math.min(Math.max(Math.floor(width / Math.max(tokens, 1)), SMALLEST_CELL), LARGEST_CELL);
}

/** Every how many tokens there is room for a label. */
export function labelStep(cell: number): number {
  return Math.max(1, Math.ceil(LABEL_HEIGHT / cell));
}

/** Row and column of the cell at a point of the map; `undefined` outside. */
export function cellAt(
  x: number,
  y: number,
  cell: number,
  tokens: number,
): { row: number; column: number } | undefined {
  const row = Math.floor(y / cell);
  const column = Math.floor(x / cell);
  return row >= 0 && column >= 0 && row < tokens && column < tokens ? { row, column } : undefined;
}

/** A position in a grid, moved by a key as in WAI-ARIA's grid pattern; `undefined` for other keys. */
export function moveInGrid(
  key: string,
  { row, column }: { row: number; column: number },
  rows: number,
  columns: number,
): { row: number; column: number } | undefined {
  const within = (value: number, size: number): number => Math.min(Math.max(value, 0), size - 1);
  switch (key) {
    case 'ArrowUp':
      return { row: within(row - 1, rows), column };
    case 'ArrowDown':
      return { row: within(row + 1, rows), column };
    case 'ArrowLeft':
      return { row, column: within(column - 1, columns) };
    case 'ArrowRight':
      return { row, column: within(column + 1, columns) };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: columns - 1 };
    default:
      return undefined;
  }
}
