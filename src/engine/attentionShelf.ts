import { thumbnails, thumbnailSize } from '../core/attention/thumbnails';
import {
  EngineError,
  type AttentionHeadParams,
  type AttentionHeadResult,
  type AttentionResult,
} from '../protocol/engine';
import type { Attention } from './tasks/attention';

/** Bytes of attentions that are held; 12 layers x 12 heads x 512 tokens take 151 MB. */
const capacity = 512e6;

/**
 * Holds attentions beside the engine while a view shows them, so that only the heads that are looked at travel.
 * When they grow too large, those that were looked at longest ago go.
 */
export class AttentionShelf {
  /** In order of their last use. */
  #held = new Map<number, Attention>();
  #lastHandle = 0;

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  hold(attention: Attention): AttentionResult {
    const handle = ++this.#lastHandle;
    this.#held.set(handle, attention);
    for (const oldest of this.#held.keys()) {
      if (oldest === handle || this.#bytes() <= capacity) break;
      this.#held.delete(oldest);
    }
    const { layers, heads, tokens } = attention;
    const { weights, ...rest } = attention;
    return {
      ...rest,
      handle,
      thumbnailSize: thumbnailSize(tokens.length),
      thumbnails: thumbnails(weights, layers, heads, tokens.length),
    };
  }

  head({ handle, layer, head }: AttentionHeadParams): AttentionHeadResult {
    const attention = this.#held.get(handle);
    if (!attention) {
      throw new EngineError('input', 'These attentions are no longer held by the engine. Show them again.');
    }
    this.#held.delete(handle);
    this.#held.set(handle, attention);
    const { layers, heads, tokens, weights } = attention;
    if (!(layer >= 0 && layer < layers && head >= 0 && head < heads)) {
      throw new EngineError(
        'input',
        `There is no layer ${layer}, head ${head}: the model has ${layers} x ${heads}.`,
      );
    }
    const size = tokens.length ** 2;
    const from = (layer * heads + head) * size;
    // A copy: what is sent is the whole buffer behind an array.
    return { weights: weights.slice(from, from + size) };
  }

  close(handle: number): void {
    this.#held.delete(handle);
  }

  #bytes(): number {
    return [...this.#held.values()].reduce((sum, attention) => sum + attention.weights.byteLength, 0);
  }
}
