import { emptyFilling } from '../../core/decoding/jointFilling';
import { largest } from '../../core/decoding/largest';
import { softmax } from '../../core/decoding/sampling';
import { say, type Message } from '../../core/message';
import { readMasks } from '../../core/text/masks';
import { replaced } from '../../core/text/replace';
import type { Span } from '../../core/text/span';
import {
  EngineError,
  type Candidate,
  type FillParams,
  type FillPartial,
  type FillResult,
  type WeighedWord,
} from '../../protocol/engine';
import type { Tokenizer } from '../model/tokenizer';
import { wordPieces } from '../model/wordPieces';
import type { Turn } from '../scheduler';
import type { TaskContext } from './context';
import { HiddenText } from './hiddenText';
import { asWritten, jointFillings, weighTokens, type MaskedEncoding } from './jointFillings';
import { maskInPieces, maskOf } from './maskOf';

/**
 * Ranks what belongs at each mask of a text, by a masked model that sees both sides (Devlin et al. 2019): each for
 * itself, with the others still hidden, and on request all together. Of a text longer than the model's window, what
 * stands around the masks is read.
 * @throws EngineError `input` when the text has no mask, `option` when a number is out of its range
 */
export async function fillMask(
  params: FillParams,
  { models, turn, partial }: TaskContext<FillPartial>,
): Promise<FillResult> {
  const top = wholeNumber(say`number of candidates`, params.top ?? 10, 1);
  const fillings = wholeNumber(say`number of fillings`, params.fillings ?? 0, 0);
  const maxTokens = wholeNumber(say`number of tokens a mask may stand for`, params.maxTokens ?? 1, 1);
  const { model, loadMs } = await models.openEncoder(params.model, 'fill');
  const started = performance.now();
  const { tokenizer } = model;
  const mask = maskOf(model);
  const { text, masks } = readMasks(params.text, mask.text);
  if (masks.length === 0) {
    throw new EngineError(
      'input',
      say`The text has no mask. Write ${mask.text} where "${model.folder.name}" should find a word.`,
    );
  }
  const encoding = tokenizer.encode(text);
  const positions = encoding.tokens.flatMap((token, index) => (token.id === mask.id ? [index] : []));
  if (positions.length !== masks.length) throw maskInPieces(model, mask.text);
  const lefts = masks.map(({ start }) => params.text.slice(0, start));
  const masked: MaskedEncoding = { model, encoding, maskId: mask.id, positions, lefts };

  const hidden = new HiddenText(model, encoding, mask.id, positions);
  const logitsOf: Float32Array[] = [];
  await hidden.read([emptyFilling(masks.length)], turn, (_, slot, logits) => {
    logitsOf[slot] = logits;
  });
  const pieces = wordPieces(tokenizer);
  const result: FillResult = {
    model: model.folder.name,
    masks: masks.map((span, index) => ({
      ...span,
      candidates: rank(
        logitsOf[index]!,
        top,
        tokenizer,
        lefts[index]!,
        params.wordsOnly ? (id) => pieces.isReadable(id) && pieces.canBegin(id, lefts[index]!) : undefined,
      ),
    })),
    truncated: hidden.truncated,
    timing: { loadMs, runMs: 0 },
  };
  if (fillings > 0) {
    const chosen = params.only === undefined ? [...masks.keys()] : [oneOf(masks, params.only)];
    result.fillings = await jointFillings(masked, chosen, fillings, maxTokens, turn, (done, total) =>
      partial({ done, total }),
    );
  }
  if (params.weigh) result.weighed = await weigh(params.weigh, params.text, masks, masked, logitsOf, turn);
  result.timing.runMs = performance.now() - started;
  return result;
}

function wholeNumber(what: Message, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new EngineError(
    'option',
    say`The ${what} must be a whole number of at least ${least}, not ${value}.`,
  );
}

/** `mask`, when the text has one with this index. */
function oneOf(masks: readonly Span[], mask: number): number {
  if (masks[mask]) return mask;
  throw new EngineError(
    'option',
    say`The text has ${masks.length} masks, so there is none with index ${mask}.`,
  );
}

/**
 * The most probable tokens for one mask, as they would be written after `left`.
 * @param allowed which tokens are ranked; all by default
 */
export function rank(
  logits: Float32Array,
  top: number,
  tokenizer: Tokenizer,
  left: string,
  allowed: (id: number) => boolean = () => true,
): Candidate[] {
  const probabilities = softmax(logits);
  const offered = probabilities.map((probability, id) => (allowed(id) ? probability : -1));
  return largest(offered, top).flatMap((id) =>
    offered[id]! < 0
      ? []
      : [{ id, text: asWritten(tokenizer.tokenText(id), left), probability: probabilities[id]! }],
  );
}

async function weigh(
  { mask, word }: NonNullable<FillParams['weigh']>,
  written: string,
  masks: readonly Span[],
  masked: MaskedEncoding,
  logitsOf: readonly Float32Array[],
  turn: Turn,
): Promise<WeighedWord> {
  const span = masks[mask];
  if (!span)
    throw new EngineError(
      'option',
      say`The text has ${masks.length} masks, so there is none with index ${mask}.`,
    );
  // Which tokens a word is depends on what stands around it.
  const { tokenizer } = masked.model;
  const end = span.start + word.length;
  const ids = tokenizer
    .encode(replaced(written, [{ ...span, text: word }]), { addSpecial: false })
    .tokens.filter((token) => token.start < end && token.end > span.start)
    .map(({ id }) => id);
  if (ids.length === 0) throw new EngineError('input', say`"${word}" is no word to this model.`);
  const logprob = await weighTokens(masked, mask, ids, turn);
  const logits = logitsOf[mask]!;
  const own = logits[ids[0]!]!;
  const rank = ids.length > 1 ? null : 1 + logits.reduce((above, logit) => above + Number(logit > own), 0);
  return { logprob, rank };
}
