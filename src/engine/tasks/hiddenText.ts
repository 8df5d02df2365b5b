import type { PartialFilling } from '../../core/decoding/jointFilling';
import { excerpts } from '../../core/decoding/window';
import type { EncoderInput, EncoderModel } from '../model/encoderModel';
import type { OpenEncoder } from '../model/modelStore';
import type { Encoding } from '../model/tokenizer';
import type { Turn } from '../scheduler';

/** Tokens read in one run: several short texts side by side, but so few that a cancel is soon felt. */
const tokensInRun = 1024;

/** How many texts of `length` tokens `net` reads in one run. */
export function textsInRun(net: EncoderModel, length: number): number {
  return net.takesBatches ? Math.max(1, Math.floor(tokensInRun / length)) : 1;
}

/** A text with hidden tokens, its slots, read in excerpts where it is longer than the model's window. */
export class HiddenText {
  /** True when not all of the text fits into the window at once. */
  readonly truncated: boolean;
  readonly #excerpts: ReturnType<typeof excerpts>;
  readonly #slotAt: ReadonlyMap<number, number>;

  /** @param slots indices of the hidden tokens, ascending */
  constructor(
    private readonly model: OpenEncoder,
    private readonly encoding: Encoding,
    private readonly maskId: number,
    readonly slots: readonly number[],
  ) {
    const special = encoding.tokens.map((token) => token.special);
    this.truncated = special.length > model.folder.window;
    this.#excerpts = excerpts(special, model.folder.window);
    this.#slotAt = new Map(slots.map((at, slot) => [at, slot]));
  }

  /** Reads the text with each of `fillings`, and gives the logits at each slot that is still hidden in it. */
  async read(
    fillings: readonly PartialFilling[],
    turn: Turn,
    visit: (filling: number, slot: number, logits: Float32Array) => void,
  ): Promise<void> {
    for (const { indices, countFrom, countTo } of this.#excerpts) {
      const slots = [...this.slots.keys()].filter(
        (slot) => this.slots[slot]! >= countFrom && this.slots[slot]! < countTo,
      );
      const positions = slots.map((slot) => indices.indexOf(this.slots[slot]!));
      const open = [...fillings.keys()].filter((index) =>
        slots.some((slot) => fillings[index]!.tokens[slot] === null),
      );
      const step = textsInRun(this.model.net, indices.length);
      for (let from = 0; from < open.length; from += step) {
        const batch = open.slice(from, from + step);
        await turn();
        const rows = await this.model.net.logitsAt(
          batch.map((index) => this.#input(indices, fillings[index]!)),
          positions,
        );
        batch.forEach((index, row) =>
          slots.forEach((slot, place) => {
            if (fillings[index]!.tokens[slot] === null) visit(index, slot, rows[row]![place]!);
          }),
        );
      }
    }
  }

  #input(indices: readonly number[], { tokens }: PartialFilling): EncoderInput {
    return {
      ids: indices.map((at) => {
        const slot = this.#slotAt.get(at);
        return slot === undefined ? this.encoding.tokens[at]!.id : (tokens[slot] ?? this.maskId);
      }),
      typeIds: indices.map((at) => this.encoding.typeIds[at]!),
    };
  }
}
