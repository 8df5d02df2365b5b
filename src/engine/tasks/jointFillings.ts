import {
  bestLengths,
  emptyFilling,
  extendFillings,
  type PartialFilling,
  type SlotChoice,
} from '../../core/decoding/jointFilling';
import { largest } from '../../core/decoding/largest';
import { logSumExp } from '../../core/decoding/sampling';
import type { Filling } from '../../protocol/engine';
import type { OpenEncoder } from '../model/modelStore';
import type { Encoding, Tokenizer } from '../model/tokenizer';
import { wordPieces } from '../model/wordPieces';
import type { Turn } from '../scheduler';
import { HiddenText } from './hiddenText';

/** The least number of fillings that a search keeps: with fewer, what begins improbably but ends well is lost. */
const narrowest = 8;

/**
 * With several masks, how many tokens each gets is tried in this many ways at most, and in none that looks a hundred
 * times less probable than the best: its fillings wouldn't be among those that are shown.
 */
const waysOfLengths = 6;
const improbable = Math.log(100);

/** How many fillings are kept while a mask's length is judged. */
const judging = 4;

/** A text with masks, as a masked model reads it. */
export interface MaskedEncoding {
  readonly model: OpenEncoder;
  /** One token for each mask. */
  readonly encoding: Encoding;
  readonly maskId: number;
  /** Indices of the masks among the tokens. */
  readonly positions: readonly number[];
  /** What stands before each mask in the text as it was written. */
  readonly lefts: readonly string[];
}

/** Which mask a slot belongs to, and which of its tokens it is. */
interface Slot {
  readonly mask: number;
  readonly piece: number;
  /** Tokens of the mask. */
  readonly pieces: number;
}

/** The masked text with `lengths[m]` hidden tokens for mask m. */
function withLengths(
  { model, encoding, maskId, positions }: MaskedEncoding,
  lengths: readonly number[],
): { text: HiddenText; slots: Slot[] } {
  const longer: Encoding = { tokens: [], typeIds: [], sequences: [] };
  const slots: Slot[] = [];
  const indices: number[] = [];
  encoding.tokens.forEach((token, at) => {
    const mask = positions.indexOf(at);
    const pieces = mask < 0 ? 1 : lengths[mask]!;
    for (let piece = 0; piece < pieces; piece++) {
      if (mask >= 0) {
        slots.push({ mask, piece, pieces });
        indices.push(longer.tokens.length);
      }
      longer.tokens.push(token);
      longer.typeIds.push(encoding.typeIds[at]!);
      longer.sequences.push(encoding.sequences[at]!);
    }
  });
  return { text: new HiddenText(model, longer, maskId, indices), slots };
}

/**
 * Fills the slots that `allowed` opens, by a beam over the orders.
 * @param allowed which tokens may stand at a slot; undefined leaves it hidden
 */
async function search(
  { text, slots }: { text: HiddenText; slots: readonly Slot[] },
  allowed: (slot: Slot) => ((id: number) => boolean) | undefined,
  width: number,
  turn: Turn,
  onStep: () => void = () => undefined,
): Promise<PartialFilling[]> {
  const tests = slots.map(allowed);
  let fillings = [emptyFilling(slots.length)];
  for (let step = tests.filter(Boolean).length; step > 0; step--) {
    const choices: SlotChoice[][] = fillings.map(() => []);
    await text.read(fillings, turn, (filling, slot, logits) => {
      const test = tests[slot];
      if (!test) return;
      const total = logSumExp(logits);
      const offered = logits.map((logit, id) => (test(id) ? logit : -Infinity));
      for (const token of largest(offered, width)) {
        if (offered[token] === -Infinity) break;
        choices[filling]!.push({ slot, token, logprob: logits[token]! - total });
      }
    });
    fillings = extendFillings(fillings, choices, width);
    onStep();
  }
  return fillings;
}

/**
 * Whole fillings of a text's masks, most probable first.
 *
 * A mask may stand for one word of up to `maxTokens` tokens. How many tokens each mask gets is taken as equally
 * probable, so that fillings of different lengths compare by their joint probability. With one mask all lengths are
 * tried; with several, the few ways that are best when each mask's length is judged for itself.
 * @param chosen indices of the masks to fill: all of them, or one while the others stay hidden
 * @param onStep called after each step with how many were made and how many there are, at most while that isn't known
 */
export async function jointFillings(
  masked: MaskedEncoding,
  chosen: readonly number[],
  count: number,
  maxTokens: number,
  turn: Turn,
  onStep: (done: number, total: number) => void,
): Promise<Filling[]> {
  const { tokenizer } = masked.model;
  const pieces = wordPieces(tokenizer);
  const allowed = ({ mask, piece, pieces: total }: Slot): ((id: number) => boolean) | undefined => {
    if (!chosen.includes(mask)) return undefined;
    const left = masked.lefts[mask]!;
    if (piece > 0) return (id) => pieces.continues(id) && pieces.isWordLike(id);
    if (total > 1) return (id) => pieces.isWordLike(id) && pieces.canBegin(id, left);
    return (id) => pieces.isReadable(id) && pieces.canBegin(id, left);
  };
  const width = Math.max(count, narrowest);
  const found = new Map<string, Filling>();
  let done = 0;
  let total = mostSteps(chosen.length, maxTokens);
  const step = (): void => onStep(++done, total);
  const ways = await lengthsToTry(masked, chosen, allowed, maxTokens, turn, step);
  total = done + ways.reduce((sum, lengths) => sum + tokensOf(lengths, chosen), 0);
  for (const lengths of ways) {
    const arranged = withLengths(masked, lengths);
    for (const filling of await search(arranged, allowed, width, turn, step)) {
      const whole = written(filling, arranged.slots, chosen, masked.lefts, tokenizer);
      const key = JSON.stringify(whole.masks.map(({ text }) => text));
      if ((found.get(key)?.logprob ?? -Infinity) < whole.logprob) found.set(key, whole);
    }
  }
  return [...found.values()].sort((a, b) => b.logprob - a.logprob).slice(0, count);
}

/** Steps of all searches when as many ways of lengths as can be are tried, all with the most tokens. */
function mostSteps(masks: number, maxTokens: number): number {
  const ofLengths = (maxTokens * (maxTokens + 1)) / 2;
  if (maxTokens === 1) return masks;
  if (masks === 1) return ofLengths;
  // One token for each is tried besides.
  return masks * (ofLengths + waysOfLengths * maxTokens + 1);
}

/** How many tokens the `chosen` masks have together. */
function tokensOf(lengths: readonly number[], chosen: readonly number[]): number {
  return chosen.reduce((sum, mask) => sum + lengths[mask]!, 0);
}

async function lengthsToTry(
  masked: MaskedEncoding,
  chosen: readonly number[],
  allowed: (slot: Slot) => ((id: number) => boolean) | undefined,
  maxTokens: number,
  turn: Turn,
  onStep: () => void,
): Promise<number[][]> {
  const single = masked.positions.map(() => 1);
  if (maxTokens === 1) return [single];
  if (chosen.length === 1)
    return Array.from({ length: maxTokens }, (_, index) => single.with(chosen[0]!, index + 1));
  const scores: number[][] = [];
  for (const mask of chosen) {
    const ofMask: number[] = [];
    for (let length = 1; length <= maxTokens; length++) {
      const arranged = withLengths(masked, single.with(mask, length));
      const only = (slot: Slot) => (slot.mask === mask ? allowed(slot) : undefined);
      const [best] = await search(arranged, only, judging, turn, onStep);
      ofMask.push(best?.logprob ?? -Infinity);
    }
    scores.push(ofMask);
  }
  const best = bestLengths(scores, waysOfLengths, improbable);
  return best.some((lengths) => lengths.every((length) => length === 1)) ? best : [single, ...best];
}

/**
 * The log probability of the given tokens in place of one mask, the others hidden: of their orders, the one in which
 * it is highest.
 */
export async function weighTokens(
  masked: MaskedEncoding,
  mask: number,
  ids: readonly number[],
  turn: Turn,
): Promise<number> {
  const arranged = withLengths(
    masked,
    masked.positions.map((_, index) => (index === mask ? ids.length : 1)),
  );
  const only = (slot: Slot) => (slot.mask === mask ? (id: number) => id === ids[slot.piece] : undefined);
  const [best] = await search(arranged, only, narrowest, turn);
  return best!.logprob;
}

function written(
  { tokens, logprobs, logprob }: PartialFilling,
  slots: readonly Slot[],
  chosen: readonly number[],
  lefts: readonly string[],
  tokenizer: Tokenizer,
): Filling {
  const masks = chosen.map((mask) => {
    const own = slots.flatMap((slot, index) => {
      if (slot.mask !== mask) return [];
      const id = tokens[index]!;
      return [{ id, text: tokenizer.tokenText(id), logprob: logprobs[index]! }];
    });
    return { text: asWritten(own.map(({ text }) => text).join(''), lefts[mask]!), tokens: own };
  });
  return { masks, logprob };
}

/**
 * `text` as it would be written after `left`: a vocabulary that marks word starts by a space would double the one
 * that stands there.
 */
export function asWritten(text: string, left: string): string {
  return left === '' || /\s$/.test(left) ? text.replace(/^ /, '') : text;
}
