/**
 * What a model has read lately, kept so that a text that begins in the same way needn't be read again: after more
 * was written, after a deletion, after an insertion near the end. Bounded in bytes; what was used longest ago goes.
 */
import type { KeyValueCache } from './keyValueCache';

/**
 * The logits behind a prompt. They are kept because activations that are quantised together give slightly others to a
 * last token that is read alone: asked the same twice, a model shall write the same.
 */
export interface PromptEnd {
  /** In tokens. */
  readonly length: number;
  /** [vocabulary] */
  readonly logits: Float32Array;
}

/** What was read of a text. */
export interface Taken {
  readonly cache: KeyValueCache;
  /** Present when all of the text was read before. */
  readonly end?: PromptEnd;
}

interface Kept {
  readonly ids: readonly number[];
  readonly cache: KeyValueCache;
  readonly end: PromptEnd | undefined;
}

/** Fewer tokens than this in common aren't worth a copy. */
const worthCopying = 16;

export class ContextStore {
  /** In order of their last use. */
  #kept: Kept[] = [];

  constructor(private readonly capacity = 256e6) {}

  get bytes(): number {
    return this.#kept.reduce((sum, { cache, end }) => sum + cache.bytes + (end?.logits.byteLength ?? 0), 0);
  }

  /**
   * A cache of the first tokens of `ids`, as many as have been read before. Where the logits behind the last aren't
   * known, at least one less than all, as it has to be read for them. It is the caller's; `keep` gives it back.
   */
  take(ids: readonly number[]): Taken | undefined {
    let best: Kept | undefined;
    let common = 0;
    for (const kept of this.#kept) {
      const known = commonPrefix(kept.ids, ids);
      const same = endOf(kept, ids, known) ? ids.length : Math.min(known, ids.length - 1);
      if (same > common || (same === common && same > 0)) [best, common] = [kept, same];
    }
    if (!best) return undefined;
    const end = endOf(best, ids, common);
    // A context that goes on differently for long stays, for the text that it belongs to.
    if (common * 2 >= best.ids.length) {
      this.#kept = this.#kept.filter((kept) => kept !== best);
      best.cache.truncate(common);
      return { cache: best.cache, ...(end && { end }) };
    }
    return common >= worthCopying ? { cache: best.cache.copy(common), ...(end && { end }) } : undefined;
  }

  /**
   * @param ids what was read into the cache
   * @param end of the prompt that they begin with
   */
  keep(ids: readonly number[], cache: KeyValueCache, end?: PromptEnd): void {
    if (cache.length === 0) return;
    cache.trim();
    // What this one begins with or is the beginning of needn't be kept twice.
    this.#kept = this.#kept.filter((kept) => commonPrefix(kept.ids, ids) < kept.ids.length);
    this.#kept.push({
      ids: ids.slice(0, cache.length),
      cache,
      end: end && end.length <= cache.length ? end : undefined,
    });
    while (this.#kept.length > 1 && this.bytes > this.capacity) this.#kept.shift();
    if (this.bytes > this.capacity) this.#kept = [];
  }

  clear(): void {
    this.#kept = [];
  }
}

/** The end of a kept prompt, where it is `ids`, of which the first `known` are those that were read. */
function endOf({ end }: Kept, ids: readonly number[], known: number): PromptEnd | undefined {
  return end?.length === ids.length && known >= ids.length ? end : undefined;
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  let same = 0;
  while (same < end && a[same] === b[same]) same++;
  return same;
}
