/**
 * Several continuations of one context, read side by side: candidates, or the beams of a search. They share one
 * cache, in which every token that any of them has read has its place; which places a branch sees is kept in a
 * list, so that going on from another branch copies that list and no keys or values.
 */
import type { KeyValueCache } from './keyValueCache';
import { unseen, type View } from './decodeFeeds';

export class Branches {
  /** Places in the cache that each branch sees behind the shared beginning. */
  #places: number[][];
  readonly #shared: number;

  /** @param cache what all branches begin with */
  constructor(
    readonly cache: KeyValueCache,
    count: number,
  ) {
    this.#shared = cache.length;
    this.#places = Array.from({ length: count }, () => []);
  }

  get count(): number {
    return this.#places.length;
  }

  /** Branch i goes on from what branch `branches[i]` has read. */
  reorder(branches: readonly number[]): void {
    this.#places = branches.map((branch) => [...this.#places[branch]!]);
  }

  /** What a step of one token a branch sees. */
  view(): View {
    const { length, capacity } = this.cache;
    const count = this.count;
    const width = capacity + count;
    const mask = new Float32Array(count * width).fill(unseen);
    this.#places.forEach((places, branch) => {
      const row = mask.subarray(branch * width, (branch + 1) * width);
      row.fill(0, 0, this.#shared);
      for (const place of places) row[place] = 0;
      row[capacity + branch] = 0;
    });
    // Every branch has read as many tokens as the others.
    const position = this.#shared + (this.#places[0]?.length ?? 0);
    this.#places.forEach((places, branch) => places.push(length + branch));
    return { positions: Array<number>(count).fill(position), mask };
  }
}
