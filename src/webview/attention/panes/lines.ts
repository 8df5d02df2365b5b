/** Which lines are drawn from the focused rows, and where. */
import type { Shown } from '../unit';

export const ROW_HEIGHT = 20;
/** Lines of one row at most; weaker ones than this are left out. */
export const MOST_LINES = 40;
export const LEAST_WEIGHT = 0.005;

export interface Line {
  readonly row: number;
  readonly column: number;
  readonly weight: number;
}

/** The strongest attentions of a row, strongest first. */
export function linesOf({ columns, weights }: Shown, row: number): Line[] {
  const lines: Line[] = [];
  for (let column = 0; column < columns.length; column++) {
    const weight = weights[row * columns.length + column]!;
    if (weight >= LEAST_WEIGHT) lines.push({ row, column, weight });
  }
  return lines.sort((a, b) => b.weight - a.weight).slice(0, MOST_LINES);
}

/** A curve from the middle of a row on the left to that of a column on the right, `width` apart. */
export function curve({ row, column }: Line, width: number): string {
  const [from, to] = [(row + 0.5) * ROW_HEIGHT, (column + 0.5) * ROW_HEIGHT];
  const middle = width / 2;
  return `M0 ${from}C${middle} ${from} ${middle} ${to} ${width} ${to}`;
}
