/**
 * Figures that say what a head looks at. Means are over the queries, each of which counts the same; rows of a shaped
 * matrix that have nothing left are passed over.
 */
import type { KeysByQuery } from './copies';

export const measureNames = [
  'entropy',
  'evenness',
  'distance',
  'previous',
  'next',
  'self',
  'sink',
  'special',
  'punctuation',
  'duplicate',
  'induction',
] as const;
export type MeasureName = (typeof measureNames)[number];

/** How a head's attention is spread; null where that has no meaning. */
export interface Spread {
  /** Mean entropy of the rows in nats: 0 for one token only, ln n for n tokens evenly (Clark et al. 2019). */
  readonly entropy: number;
  /**
   * The same with each row's entropy divided by that of even attention over what the query can see, in [0, 1]; so
   * texts of different length compare. Rows that see a single token are left out; null where all do.
   */
  readonly evenness: number | null;
  /** Mean distance to what is attended to, the sum of A[i, j] |i - j|; null in cross-attention. */
  readonly distance: number | null;
  /**
   * Mean attention to the token before, A[i, i - 1] (Clark et al. 2019); null for a single token and in
   * cross-attention.
   */
  readonly previous: number | null;
  /** Mean attention to the token after, A[i, i + 1]; null likewise. */
  readonly next: number | null;
  /** Mean attention to the query itself, A[i, i]; null in cross-attention. */
  readonly self: number | null;
}

/** Who sees whom. `cross`: queries and keys are two texts. `left`: a query sees itself and what stands to its left. */
export type Sees = 'left' | 'both' | 'cross';

/** How a matrix [queries, keys] is spread, as the model computed it or shaped. At least one query and one key. */
export function measureSpread(matrix: Float32Array, keys: number, sees: Sees): Spread {
  const queries = matrix.length / keys;
  const bits = new Int32Array(matrix.buffer, matrix.byteOffset, matrix.length);
  let [entropy, evenness, distance] = [0, 0, 0];
  let [previous, next, self] = [0, 0, 0];
  let [rows, choosing, withPrevious, withNext] = [0, 0, 0, 0];
  for (let query = 0; query < queries; query++) {
    const row = query * keys;
    const visible = sees === 'left' ? query + 1 : keys;
    let surprise = 0;
    let left = 0;
    for (let key = 0; key < visible; key++) {
      const weight = matrix[row + key]!;
      if (weight <= 0) continue;
      left += weight;
      // -ln(weight), from the float's own bits: Math.log would take most of the time.
      const bit = bits[row + key]!;
      const step = (bit >> 12) & 0x7ff;
      const log =
        ((bit >> 23) - 127) * Math.LN2 +
        logs[step]! +
        (logs[step + 1]! - logs[step]!) * ((bit & 0xfff) * (1 / 0x1000));
      surprise -= weight * log;
      distance += weight * (key < query ? query - key : key - query);
    }
    if (left === 0) continue;
    rows++;
    entropy += surprise;
    if (visible > 1) {
      evenness += surprise / Math.log(visible);
      choosing++;
    }
    if (sees === 'cross') continue;
    self += matrix[row + query]!;
    if (query > 0) {
      previous += matrix[row + query - 1]!;
      withPrevious++;
    }
    if (query < keys - 1) {
      next += matrix[row + query + 1]!;
      withNext++;
    }
  }
  const meanOf = (sum: number, count: number): number | null => (count > 0 ? sum / count : null);
  const crosses = sees === 'cross';
  return {
    entropy: rows > 0 ? entropy / rows : 0,
    evenness: meanOf(evenness, choosing),
    distance: crosses ? null : meanOf(distance, rows),
    previous: crosses ? null : meanOf(previous, withPrevious),
    next: crosses ? null : meanOf(next, withNext),
    self: crosses ? null : meanOf(self, rows),
  };
}

/** ln(1 + i / 2048); between two of them a line is off by less than 3e-8. */
const logs = Float64Array.from({ length: 2049 }, (_, step) => Math.log1p(step / 2048));

/**
 * Mean attention to a set of keys together: to the first token ("sink": what a head that has nothing to look for
 * rests on; above 0.3 Gu et al. 2024 call it a sink head), to special tokens, to punctuation.
 * @param matrix [queries, keys] as the model computed it
 */
export function massOn(matrix: Float32Array, keys: number, set: readonly number[]): number {
  const queries = matrix.length / keys;
  let sum = 0;
  for (let row = 0; row < matrix.length; row += keys) for (const key of set) sum += matrix[row + key]!;
  return sum / queries;
}

/**
 * Mean attention of each query to its own set of keys together, over the queries that have one: duplicates and
 * inductions of `copies.ts`. Null where none has: the text doesn't repeat itself.
 */
export function massOnOwn(matrix: Float32Array, keys: number, sets: KeysByQuery): number | null {
  let sum = 0;
  let count = 0;
  sets.forEach((set, query) => {
    if (set.length === 0) return;
    count++;
    for (const key of set) sum += matrix[query * keys + key]!;
  });
  return count > 0 ? sum / count : null;
}
