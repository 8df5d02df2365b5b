/**
 * What a model has read lately, kept so that a text that begins in the same way needn't be read again: after more
 * was written, after a deletion, after an insertion near the end. Bounded in bytes; what was used longest ago goes.
 */
import type { KeyValueCache } from './keyValueCache';

interface Kept {
  readonly ids: readonly number[];
  readonly cache: KeyValueCache;
}

/** Fewer tokens than this in common aren't worth a copy. */
const worthCopying = 16;

export class ContextStore {
  /** In order of their last use. */
  #kept: Kept[] = [];

  constructor(private readonly capacity = 256e6) {}

  get bytes(): number {
    return this.#kept.reduce((sum, { cache }) => sum + cache.bytes, 0);
  }

  /**
   * A cache of the first tokens of `ids`, as many as have been read before but at least one less than all, as the
   * last one's logits are wanted. It is the caller's; `keep` gives it back.
   */
  take(ids: readonly number[]): KeyValueCache | undefined {
    let best: Kept | undefined;
    let common = 0;
    for (const kept of this.#kept) {
      const same = Math.min(commonPrefix(kept.ids, ids), ids.length - 1);
      if (same > common || (same === common && same > 0)) [best, common] = [kept, same];
    }
    if (!best) return undefined;
    // A context that goes on differently for long stays, for the text that it belongs to.
    if (common * 2 >= best.ids.length) {
      this.#kept = this.#kept.filter((kept) => kept !== best);
      best.cache.truncate(common);
      return best.cache;
    }
    return common >= worthCopying ? best.cache.copy(common) : undefined;
  }

  /** @param ids what was read into the cache */
  keep(ids: readonly number[], cache: KeyValueCache): void {
    if (cache.length === 0) return;
    // What this one begins with or is the beginning of needn't be kept twice.
    this.#kept = this.#kept.filter((kept) => commonPrefix(kept.ids, ids) < kept.ids.length);
    this.#kept.push({ ids: ids.slice(0, cache.length), cache });
    while (this.#kept.length > 1 && this.bytes > this.capacity) this.#kept.shift();
    if (this.bytes > this.capacity) this.#kept = [];
  }

  clear(): void {
    this.#kept = [];
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  let same = 0;
  while (same < end && a[same] === b[same]) same++;
  return same;
}
