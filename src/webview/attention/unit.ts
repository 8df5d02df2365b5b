import type { Span } from '../../core/text/span';
import type { Token } from '../../core/text/token';

/** One row or column of what is shown: a token, or those of a word. */
export interface Unit extends Span {
  readonly text: string;
  /** Indices of its tokens, ascending, at least one. */
  readonly tokens: readonly number[];
  readonly special: boolean;
}

/** The units that `groups` make of a text's tokens. */
export function unitsOf(
  text: string,
  tokens: readonly Token[],
  groups: readonly (readonly number[])[],
): Unit[] {
  return groups.map((group) => {
    const first = tokens[group[0]!]!;
    if (group.length === 1) return { ...first, tokens: group };
    const end = Math.max(...group.map((index) => tokens[index]!.end));
    const { start, special } = first;
    return { start, end, special, tokens: group, text: text.slice(start, end) };
  });
}

/** A matrix as it is shown. */
export interface Shown {
  readonly rows: readonly Unit[];
  readonly columns: readonly Unit[];
  /** [rows, columns]; a row sums to 1, or to 0 when all that it attended to was left out. */
  readonly weights: Float32Array;
}

/** The unit that a token is in, or else the nearest one before it, or the first. */
export function unitAt(units: readonly Unit[], token: number): number {
  let found = 0;
  units.forEach((unit, index) => {
    if (unit.tokens[0]! <= token) found = index;
  });
  return found;
}

/** What a unit attends to (its row), or what attends to it (its column). */
export function weightsOf(shown: Shown, direction: 'from' | 'to', unit: number): Float32Array {
  const { rows, columns, weights } = shown;
  if (direction === 'from') return weights.subarray(unit * columns.length, (unit + 1) * columns.length);
  return Float32Array.from(rows, (_, row) => weights[row * columns.length + unit]!);
}
