/** Attention as it is shown: some tokens taken out and the rest of each row made the whole, words put together. */
import type { Groups } from './grouping';
import { headMatrix, type AttentionTensor } from './tensor';

/** A row with less than this left beside what is taken out has nothing to show. */
const leastLeft = 1e-6;

/** A layer and a head, counted from 0. */
export interface HeadIndex {
  readonly layer: number;
  readonly head: number;
}

/**
 * A view on attentions. Where tokens are taken out, what is left of each row is divided by its sum; a row with
 * nothing left is 0. The rows of a group are averaged (over those that have something left), its columns summed: a
 * row still sums to 1.
 */
export class ShapedAttention {
  readonly #removes: boolean;
  /** By layer and head: what is left of each query's row. Computed when it is first needed. */
  readonly #left = new Map<number, Float32Array>();

  constructor(
    private readonly tensor: AttentionTensor,
    readonly queries: Groups,
    readonly keys: Groups,
  ) {
    this.#removes = keys.reduce((sum, group) => sum + group.length, 0) < tensor.keys;
  }

  /** Whether it shows every token alone. */
  get isPlain(): boolean {
    return this.queries.length === this.tensor.queries && this.keys.length === this.tensor.keys;
  }

  /** One head's matrix [queries, keys]: the model's own where nothing is changed, so don't write to it. */
  matrix({ layer, head }: HeadIndex): Float32Array {
    const matrix = headMatrix(this.tensor, layer, head);
    if (this.isPlain) return matrix;
    const { queries, keys } = this;
    const result = new Float32Array(queries.length * keys.length);
    const scales = new Float64Array(this.tensor.queries);
    queries.forEach((group) => this.#scale(layer, head, group, scales));
    const places = placesOf(keys, this.tensor.keys);
    const start = startOfRun(keys);
    queries.forEach((group, row) => {
      const to = row * keys.length;
      for (const query of group) {
        const scale = scales[query]!;
        if (scale === 0) continue;
        const from = query * this.tensor.keys;
        if (start !== undefined) {
          for (let key = 0; key < keys.length; key++)
            result[to + key] = result[to + key]! + matrix[from + start + key]! * scale;
          continue;
        }
        for (let key = 0; key < places.length; key++) {
          const place = places[key]!;
          if (place >= 0) result[to + place] = result[to + place]! + matrix[from + key]! * scale;
        }
      }
    });
    return result;
  }

  /** One row of {@link matrix}: what the query group `row` attends to, [keys]. */
  row({ layer, head }: HeadIndex, row: number): Float32Array {
    const matrix = headMatrix(this.tensor, layer, head);
    const scales = new Float64Array(this.tensor.queries);
    const group = this.queries[row]!;
    this.#scale(layer, head, group, scales);
    return Float32Array.from(this.keys, (keys) => {
      let sum = 0;
      for (const query of group)
        for (const key of keys) sum += matrix[query * this.tensor.keys + key]! * scales[query]!;
      return sum;
    });
  }

  /** One column of {@link matrix}: how much each query attends to the key group `column`, [queries]. */
  column({ layer, head }: HeadIndex, column: number): Float32Array {
    const matrix = headMatrix(this.tensor, layer, head);
    const scales = new Float64Array(this.tensor.queries);
    const keys = this.keys[column]!;
    return Float32Array.from(this.queries, (group) => {
      this.#scale(layer, head, group, scales);
      let sum = 0;
      for (const query of group)
        for (const key of keys) sum += matrix[query * this.tensor.keys + key]! * scales[query]!;
      return sum;
    });
  }

  /** How much of a query group's attention, in [0, 1], is left beside the tokens that are taken out. */
  left({ layer, head }: HeadIndex, row: number): number {
    if (!this.#removes) return 1;
    const left = this.#leftOf(layer, head);
    const group = this.queries[row]!;
    return group.reduce((sum, query) => sum + left[query]!, 0) / group.length;
  }

  /** What each query of a group is multiplied with. */
  #scale(layer: number, head: number, group: readonly number[], scales: Float64Array): void {
    if (!this.#removes) {
      for (const query of group) scales[query] = 1 / group.length;
      return;
    }
    const left = this.#leftOf(layer, head);
    let count = 0;
    for (const query of group) if (left[query]! >= leastLeft) count++;
    for (const query of group) scales[query] = left[query]! >= leastLeft ? 1 / (left[query]! * count) : 0;
  }

  #leftOf(layer: number, head: number): Float32Array {
    const number = layer * this.tensor.heads + head;
    let left = this.#left.get(number);
    if (!left) {
      left = new Float32Array(this.tensor.queries);
      const matrix = headMatrix(this.tensor, layer, head);
      const kept = Int32Array.from(this.keys.flat());
      for (let query = 0; query < left.length; query++) {
        const from = query * this.tensor.keys;
        let sum = 0;
        for (let at = 0; at < kept.length; at++) sum += matrix[from + kept[at]!]!;
        left[query] = sum;
      }
      this.#left.set(number, left);
    }
    return left;
  }
}

/** The first of keys that stand alone and in a row, as when only the ends are taken out; such are read faster. */
function startOfRun(groups: Groups): number | undefined {
  const start = groups[0]![0]!;
  return groups.every((group, at) => group.length === 1 && group[0] === start + at) ? start : undefined;
}

/** For each token the place of its group, -1 where it is in none. */
function placesOf(groups: Groups, tokens: number): Int32Array {
  const places = new Int32Array(tokens).fill(-1);
  groups.forEach((group, place) => {
    for (const token of group) places[token] = place;
  });
  return places;
}

/** The mean of several heads, or the largest of their values at each place. */
export type Combine = 'mean' | 'max';

/**
 * Puts arrays of the same length together value by value; one alone is given back as it is.
 * @param arrays at least one
 */
export function combine(arrays: Iterable<Float32Array>, count: number, how: Combine): Float32Array {
  let result: Float32Array | undefined;
  for (const array of arrays) {
    if (count === 1) return array;
    result ??= new Float32Array(array.length);
    if (how === 'max') {
      for (let at = 0; at < array.length; at++) if (array[at]! > result[at]!) result[at] = array[at]!;
    } else for (let at = 0; at < array.length; at++) result[at] = result[at]! + array[at]! / count;
  }
  if (!result) throw new RangeError('There are no heads to combine.');
  return result;
}
