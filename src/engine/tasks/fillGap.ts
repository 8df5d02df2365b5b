/** Filling a gap by an encoder-decoder that was pretrained on gaps: T5 by its sentinels, BART by its mask. */
import { GapSearch } from '../../core/decoding/gapSearch';
import { logSoftmax } from '../../core/decoding/sampling';
import { excerptAround } from '../../core/text/excerpt';
import { whatCan } from '../../core/families';
import { say } from '../../core/message';
import { EngineError, type Prediction } from '../../protocol/engine';
import type { OpenEncoderDecoder } from '../model/modelStore';
import type { Tokenizer } from '../model/tokenizer';
import type { Turn } from '../scheduler';
import { targetOptions } from './rewrite';

/** How a model marks gaps. */
export interface GapMarks {
  /** The mark of the gap with that number, counted from 0. */
  text(number: number): string;
  /** Whether each gap has a mark of its own. */
  readonly numbered: boolean;
}

/** @throws EngineError `unsupported` when the vocabulary has no token for a gap */
export function gapMarks({ tokenizer, folder }: OpenEncoderDecoder): GapMarks {
  if (idOf(tokenizer, sentinel(0)) !== undefined) return { text: sentinel, numbered: true };
  const { mask } = tokenizer.special;
  if (mask) return { text: () => mask.text, numbered: false };
  throw new EngineError(
    'unsupported',
    say`"${folder.name}" can't fill a gap: its vocabulary has no token for one (<extra_id_0> or <mask>).
      ${whatCan('infill')}`,
  );
}

function sentinel(number: number): string {
  return `<extra_id_${number}>`;
}

function idOf(tokenizer: Tokenizer, token: string): number | undefined {
  const [only, ...more] = tokenizer.encode(token, { addSpecial: false }).tokens;
  return only && more.length === 0 && only.text === token ? only.id : undefined;
}

export interface Gap {
  /** The text with the model's own marks in all its gaps. */
  readonly text: string;
  /** Which of them is filled, counted from 0, and where its mark begins in `text`. */
  readonly number: number;
  readonly start: number;
  readonly top: number;
  readonly maxTokens: number;
}

export interface FilledGap {
  readonly candidates: Prediction[];
  /** Indices of the text's tokens that were read: all, or what stands around the gap. */
  readonly read: number[];
  /** Index of the gap's own token. */
  readonly position: number;
}

/**
 * Ranks fillings of one gap, of one token or several, by the probability of the filling together with what closes it:
 * the next sentinel or the end for T5 (Raffel et al. 2020), the text's next token for BART, which writes the whole
 * text anew (Lewis et al. 2020) and is given its beginning. The source is read once.
 */
export async function fillGap(model: OpenEncoderDecoder, gap: Gap, turn: Turn): Promise<FilledGap> {
  const { net, tokenizer, folder } = model;
  const marks = gapMarks(model);
  const mark = idOf(tokenizer, marks.text(gap.number))!;
  const { tokens } = tokenizer.encode(gap.text);
  const position = tokens.findIndex(
    ({ id, start, end }) => id === mark && start <= gap.start && gap.start < Math.max(end, start + 1),
  );
  if (position < 0) throw new EngineError('input', say`"${folder.name}" doesn't find the gap in the text.`);
  const read = excerptAround(
    tokens.map(({ special }) => special),
    position,
    folder.window,
  );
  const ids = read.map((at) => tokens[at]!.id);
  const source = await net.encode(ids, turn);

  const { startId, eosTokenIds } = targetOptions(model, {}, ids.length);
  const at = read.indexOf(position);
  const next = idOf(tokenizer, sentinel(gap.number + 1));
  const lead = marks.numbered ? [startId, mark] : [startId, ...ids.slice(0, at).filter((id) => id !== mark)];
  const closers = marks.numbered
    ? [...(next === undefined ? [] : [next]), ...eosTokenIds]
    : [ids.slice(at + 1).find((id) => id !== mark) ?? eosTokenIds[0] ?? mark];
  const special = new Set([
    ...Object.values(tokenizer.special).flatMap((token) => token?.id ?? []),
    ...eosTokenIds,
    startId,
  ]);
  const search = new GapSearch({
    top: gap.top,
    beams: Math.max(8, gap.top),
    maxTokens: gap.maxTokens,
    closers,
    isBanned: (id) =>
      special.has(id) || id >= tokenizer.vocabularySize || /^<extra_id_\d+>$/.test(tokenizer.tokenText(id)),
  });
  const target = net.begin(source);
  let logits = await net.read(target, [lead], turn);
  for (;;) {
    const step = search.step(logits.map(logSoftmax));
    if (search.done) break;
    net.reorder(target, step.beams);
    logits = await net.read(
      target,
      step.tokens.map((token) => [token]),
      turn,
    );
  }
  const isSpaced = gap.start === 0 || /\s$/.test(gap.text.slice(0, gap.start));
  return { candidates: candidatesOf(search, tokenizer, isSpaced), read, position };
}

/** The fillings as texts; the same text in other tokens counts together. */
function candidatesOf({ best }: GapSearch, tokenizer: Tokenizer, isSpaced: boolean): Prediction[] {
  const probabilities = new Map<string, number>();
  for (const { ids, logProbability } of best) {
    const decoded = tokenizer.decode(ids);
    const text = isSpaced ? decoded.trimStart() : decoded;
    probabilities.set(text, (probabilities.get(text) ?? 0) + Math.exp(logProbability));
  }
  return [...probabilities]
    .map(([text, probability]) => ({ text, probability }))
    .sort((a, b) => b.probability - a.probability);
}
