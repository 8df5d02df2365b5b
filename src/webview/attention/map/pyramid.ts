/** A matrix as shades, at full size and ever smaller, so that no strong cell is lost when much is seen at once. */
import { quantize } from '../../../core/attention/thumbnails';

/** One size of the picture: [rows, columns], each cell in [0, 255]. */
export interface Level {
  readonly rows: number;
  readonly columns: number;
  readonly shades: Uint8Array<ArrayBuffer>;
}

/**
 * Level 0 has a cell for each of the matrix' values, as `round(255 * sqrt(p))`; each further one has half as many
 * rows and columns, a cell being the maximum of the four below it. The last is at most 64 wide and high.
 * @param weights [rows, columns]
 */
export function pyramidOf(weights: Float32Array, rows: number, columns: number): Level[] {
  const levels: Level[] = [{ rows, columns, shades: Uint8Array.from(weights, quantize) }];
  for (let last = levels[0]!; Math.max(last.rows, last.columns) > 64; last = levels.at(-1)!)
    levels.push(halved(last));
  return levels;
}

function halved({ rows, columns, shades }: Level): Level {
  const half: Level = {
    rows: Math.ceil(rows / 2),
    columns: Math.ceil(columns / 2),
    shades: new Uint8Array(Math.ceil(rows / 2) * Math.ceil(columns / 2)),
  };
  for (let row = 0; row < rows; row++) {
    const to = (row >> 1) * half.columns;
    const from = row * columns;
    for (let column = 0; column < columns; column++) {
      const shade = shades[from + column]!;
      const at = to + (column >> 1);
      if (shade > half.shades[at]!) half.shades[at] = shade;
    }
  }
  return half;
}

/** The level whose cells are at least a device pixel large, or the smallest. */
export function levelFor(levels: number, devicePixelsPerCell: number): number {
  const level = Math.ceil(-Math.log2(Math.max(devicePixelsPerCell, 1e-6)));
  return Math.min(Math.max(level, 0), levels - 1);
}
