/** Writing the target of an encoder-decoder, token by token or by beam search. */
import { BeamSearch, type Hypothesis } from '../../core/decoding/beamSearch';
import type { Constraints } from '../../core/decoding/constraints';
import { processLogits } from '../../core/decoding/logitsProcessors';
import type { Generation } from '../../core/decoding/options';
import { argmax, logSoftmax, randomStream, sample } from '../../core/decoding/sampling';
import { StopStrings } from '../../core/decoding/stop';
import type { Finish, GeneratedToken } from '../../protocol/engine';
import type { EncoderDecoderModel, Source } from '../model/encoderDecoderModel';
import type { Tokenizer } from '../model/tokenizer';
import type { Turn } from '../scheduler';

export interface TargetRun {
  readonly net: EncoderDecoderModel;
  readonly tokenizer: Tokenizer;
  readonly source: Source;
  readonly options: Generation & { constraints: Constraints };
  /** What the decoder begins with, at least one id; not a part of the result. */
  readonly lead: readonly number[];
  readonly turn: Turn;
}

export interface WrittenTarget {
  readonly tokens: GeneratedToken[];
  readonly text: string;
  readonly finish: Finish;
  /** Milliseconds to the first token, and from there. */
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/** Writes the most probable tokens, or drawn ones, and hands on the text as it comes. */
export async function writeTarget(run: TargetRun, emit: (text: string) => void): Promise<WrittenTarget> {
  return run.options.numBeams > 1 ? searched(run, emit) : stepwise(run, emit);
}

async function stepwise(run: TargetRun, emit: (text: string) => void): Promise<WrittenTarget> {
  const { net, tokenizer, source, options, lead, turn } = run;
  const random = options.doSample ? randomStream(options.seed) : undefined;
  const stream = tokenizer.stream();
  const stops = new StopStrings(options.stop);
  const all = [...lead];
  const tokens: GeneratedToken[] = [];
  let text = '';
  let finish: Finish = 'length';
  const write = (piece: string): void => {
    text += piece;
    if (piece !== '') emit(piece);
  };
  const started = performance.now();
  const target = net.begin(source);
  let [logits] = await net.read(target, [lead], turn);
  const prefilled = performance.now();
  while (tokens.length < options.maxNewTokens) {
    const processed = logits!.slice();
    processLogits(processed, all, options);
    const id = random ? sample(processed, random) : argmax(processed);
    if (options.eosTokenIds.includes(id)) {
      finish = 'eos';
      break;
    }
    tokens.push({ id, text: tokenizer.tokenText(id), logprob: net.logProbability(logits!, id) });
    all.push(id);
    write(stops.push(stream.push(id)));
    if (stops.stopped) break;
    if (tokens.length < options.maxNewTokens) [logits] = await net.read(target, [[id]], turn);
  }
  if (!stops.stopped) write(stops.push(stream.end()));
  write(stops.end());
  if (stops.stopped) finish = 'stop';
  return { tokens, text, finish, prefillMs: prefilled - started, decodeMs: performance.now() - prefilled };
}

async function searched(run: TargetRun, emit: (text: string) => void): Promise<WrittenTarget> {
  const { net, tokenizer, source, options, lead, turn } = run;
  const read = (ids: readonly number[]): { text: string; stopped: boolean } => {
    const stream = tokenizer.stream();
    const stops = new StopStrings(options.stop);
    const text = stops.push(ids.map((id) => stream.push(id)).join('') + stream.end()) + stops.end();
    return { text, stopped: stops.stopped };
  };
  const started = performance.now();
  let prefilled = started;
  const [best] = await searchTarget(run, {
    ...(options.stop.length > 0 && { isStopped: (ids) => read(ids).stopped }),
    onRead: () => (prefilled = performance.now()),
  });
  const ids = best!.tokens;
  const ended = options.eosTokenIds.includes(ids.at(-1)!);
  const kept = ended ? ids.slice(0, -1) : ids;
  // A hypothesis' own log probabilities are mixed with the processors' work: they are read once more.
  const rows = kept.length === 0 ? [] : await net.readAll(source, [...lead, ...kept.slice(0, -1)], turn);
  const tokens = kept.map((id, index) => ({
    id,
    text: tokenizer.tokenText(id),
    logprob: net.logProbability(rows[lead.length - 1 + index]!, id),
  }));
  const { text, stopped } = read(kept);
  if (text !== '') emit(text);
  return {
    tokens,
    text,
    finish: stopped ? 'stop' : ended ? 'eos' : 'length',
    prefillMs: prefilled - started,
    decodeMs: performance.now() - prefilled,
  };
}

/** The texts that a beam search finds, best first. */
export async function searchTarget(
  { net, source, options, lead, turn }: TargetRun,
  more: { isStopped?: (ids: readonly number[]) => boolean; onRead?: () => void } = {},
): Promise<Hypothesis[]> {
  const beams = new BeamSearch({
    ...options,
    ...(options.doSample && { random: randomStream(options.seed) }),
    ...(more.isStopped && { isStopped: more.isStopped }),
  });
  const target = net.begin(source);
  let logits = await net.read(target, [lead], turn);
  more.onRead?.();
  for (;;) {
    const scores = logits.map((row, beam) => {
      const logProbs = logSoftmax(row);
      processLogits(logProbs, [...lead, ...beams.sequences[beam]!], options);
      return logProbs;
    });
    const next = beams.step(scores);
    if (beams.done) return beams.nBest();
    net.reorder(target, next.beams);
    logits = await net.read(
      target,
      next.tokens.map((token) => [token]),
      turn,
    );
  }
}
