import * as os from 'node:os';
import { say } from '../core/message';
import { EngineError, type AttentionResult } from '../protocol/engine';
import { HeldAttention } from './heldAttention';
import type { Turn } from './scheduler';
import type { Attention } from './tasks/attention';

/**
 * Bytes of attentions that are held: 12 layers x 12 heads take 151 MB of 512 tokens, 604 MB of 1,024. An eighth of
 * the memory, at least room for three of the former.
 */
const capacity = Math.max(512e6, os.totalmem() / 8);

/**
 * Holds attentions beside the engine while a view shows them, so that only what is looked at travels. When they grow
 * too large, those that were looked at longest ago go.
 */
export class AttentionShelf {
  /** In order of their last use. */
  #held = new Map<number, HeldAttention>();
  #lastHandle = 0;

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** @param handle chosen by who asks; those that are chosen here are below 0 */
  async hold(
    attention: Attention,
    turn: Turn,
    handle: number = --this.#lastHandle,
  ): Promise<AttentionResult> {
    const held = new HeldAttention(attention);
    const pictures = await held.pictures({}, turn);
    this.#held.set(handle, held);
    this.#makeRoom(held);
    const { model, part, parts, tokens, keyTokens, text, causal, window, tensor, timing } = attention;
    return {
      ...pictures,
      model,
      handle,
      part,
      parts,
      tokens,
      keyTokens,
      ...(part === 'decoder' || part === 'cross' ? { target: text } : {}),
      layers: tensor.layers.length,
      heads: tensor.heads,
      causal,
      window,
      timing,
    };
  }

  /**
   * The attentions of a handle, which are now the last that were looked at.
   * @throws EngineError `gone` when they were closed, or had to go
   */
  get(handle: number): HeldAttention {
    const held = this.#held.get(handle);
    if (!held) {
      throw new EngineError('gone', say`These attentions are no longer held by the engine. Show them again.`);
    }
    this.#held.delete(handle);
    this.#held.set(handle, held);
    this.#makeRoom(held);
    return held;
  }

  close(handle: number): void {
    this.#held.delete(handle);
  }

  #makeRoom(kept: HeldAttention): void {
    for (const [handle, oldest] of this.#held) {
      if (oldest === kept || this.#bytes() <= capacity) break;
      this.#held.delete(handle);
    }
  }

  #bytes(): number {
    return [...this.#held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
