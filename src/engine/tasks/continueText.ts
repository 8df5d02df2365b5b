import { BeamSearch } from '../../core/decoding/beamSearch';
import { changesLogits, processLogits } from '../../core/decoding/logitsProcessors';
import type { Generation } from '../../core/decoding/options';
import { guessNext, GuessLength } from '../../core/decoding/promptLookup';
import { argmax, logSoftmax, randomStream, sample } from '../../core/decoding/sampling';
import { StopStrings } from '../../core/decoding/stop';
import type {
  ContinueParams,
  ContinuePartial,
  ContinueResult,
  Finish,
  GeneratedToken,
} from '../../protocol/engine';
import type { CausalModel } from '../model/causalModel';
import type { OpenCausal } from '../model/modelStore';
import type { Turn } from '../scheduler';
import type { TaskContext } from './context';
import { GatheredText } from './gatheredText';
import { generationOptions } from './generationOptions';
import { readPrompt } from './readPrompt';

/**
 * Continues a text by a causal model, token by token, and streams it. Of a prompt that leaves no room in the model's
 * window for the new tokens, the end is read.
 * @throws EngineError `option` for one out of its range
 */
export async function continueText(
  params: ContinueParams,
  { models, turn, partial }: TaskContext<ContinuePartial>,
): Promise<ContinueResult> {
  const { model, loadMs } = await models.openCausal(params.model, 'continue');
  const options = generationOptions(model, params);
  const { ids, truncated } = readPrompt(model, params.text, options.maxNewTokens);
  const limit = Math.min(options.maxNewTokens, model.folder.window - ids.length + 1);
  const run: Run = { model, options, ids, limit, turn, partial, speculate: params.speculate ?? true };
  const written = await (options.numBeams > 1 ? search(run) : decode(run));
  const { tokens, text, finish, prefillMs, decodeMs } = written;
  return {
    model: model.folder.name,
    prompt: params.text,
    text,
    tokens,
    finish,
    truncated,
    timing: {
      loadMs,
      prefillMs,
      decodeMs,
      tokensPerSecond: tokens.length > 1 ? ((tokens.length - 1) / decodeMs) * 1000 : 0,
    },
  };
}

interface Run {
  readonly model: OpenCausal;
  readonly options: Generation;
  readonly ids: readonly number[];
  /** At most this many new tokens. */
  readonly limit: number;
  readonly turn: Turn;
  readonly partial: (value: ContinuePartial) => void;
  readonly speculate: boolean;
}

interface Written {
  readonly tokens: GeneratedToken[];
  readonly text: string;
  readonly finish: Finish;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/** One token after the other, the most probable or drawn. */
async function decode({ model, options, ids, limit, turn, partial, speculate }: Run): Promise<Written> {
  const { net, tokenizer } = model;
  const random = options.doSample ? randomStream(options.seed) : undefined;
  const stream = tokenizer.stream(ids);
  const stops = new StopStrings(options.stop);
  const all = [...ids];
  const tokens: GeneratedToken[] = [];
  let text = '';
  let finish: Finish = 'length';
  const shown = new GatheredText((piece) => partial({ text: piece, tokens: tokens.length }));
  const write = (piece: string): void => {
    text += piece;
    shown.push(piece);
  };

  const times = { started: performance.now(), prefilled: 0 };
  const context = net.resume(ids);
  const lookahead = !random && speculate && net.hasExactSteps ? new GuessLength() : undefined;
  // Tokens that were guessed and read, and not yet found right; logits of the positions before and behind them.
  let guessed: number[] = [];
  let asked = 0;
  try {
    let logits = await net.readOn(context, ids, turn);
    times.prefilled = performance.now();
    for (;;) {
      const row = logits.shift()!;
      const processed = changesLogits(options) ? row.slice() : row;
      processLogits(processed, all, options);
      const id = random ? sample(processed, random) : argmax(processed);
      if (options.eosTokenIds.includes(id)) {
        finish = 'eos';
        break;
      }
      tokens.push({ id, text: tokenizer.tokenText(id), logprob: net.logProbability(row, id) });
      all.push(id);
      write(stops.push(stream.push(id)));
      if (stops.stopped) {
        finish = 'stop';
        break;
      }
      if (tokens.length === limit) break;
      if (guessed[0] === id) {
        guessed.shift();
        continue;
      }
      if (asked > 0) lookahead!.learn(asked, asked - guessed.length);
      if (guessed.length > 0) net.forget(context, guessed.length);
      guessed = [];
      shown.pause();
      // Of the tokens that may still be written, the last needn't be read.
      const guess = lookahead ? guessNext(all, Math.min(lookahead.next(), limit - tokens.length - 1)) : [];
      asked = guess.length;
      logits =
        asked > 0 ? await net.readEach(context, [id, ...guess], turn) : await net.read(context, [[id]], turn);
      guessed = guess;
    }
  } finally {
    if (guessed.length > 0) net.forget(context, guessed.length);
    net.keep(context);
  }
  if (!stops.stopped) write(stops.push(stream.end()));
  write(stops.end());
  shown.end();
  if (stops.stopped) finish = 'stop';
  return {
    tokens,
    text,
    finish,
    prefillMs: times.prefilled - times.started,
    decodeMs: performance.now() - times.prefilled,
  };
}

/** Beam search; the text comes at once, at the end. */
async function search({ model, options, ids, limit, turn, partial }: Run): Promise<Written> {
  const { net, tokenizer } = model;
  const read = (tokens: readonly number[]): { text: string; stopped: boolean } => {
    const stream = tokenizer.stream(ids);
    const stops = new StopStrings(options.stop);
    const text = stops.push(tokens.map((id) => stream.push(id)).join('') + stream.end()) + stops.end();
    return { text, stopped: stops.stopped };
  };
  const beams = new BeamSearch({
    ...options,
    maxNewTokens: limit,
    ...(options.doSample && { random: randomStream(options.seed) }),
    ...(options.stop.length > 0 && { isStopped: (tokens) => read(tokens).stopped }),
  });

  const started = performance.now();
  const context = net.resume(ids);
  let logits = await net.readOn(context, ids, turn);
  const prefilled = performance.now();
  const branches = net.branch(context, options.numBeams);
  try {
    for (;;) {
      const scores = logits.map((row, beam) => {
        const logProbs = logSoftmax(row);
        processLogits(logProbs, [...ids, ...beams.sequences[beam]!], options);
        return logProbs;
      });
      const next = beams.step(scores);
      if (beams.done) break;
      if (branches) {
        branches.reorder(next.beams);
        logits = await net.readBranches(branches, next.tokens, turn);
      } else {
        net.reorder(context, next.beams);
        const rows = next.tokens.map((token) => [token]);
        logits = await net.read(context, rows, turn);
      }
    }
  } finally {
    if (branches) {
      context.cache.truncate(ids.length);
      net.keep(context);
    }
  }

  const best = beams.best().tokens;
  const ended = options.eosTokenIds.includes(best.at(-1)!);
  const kept = ended ? best.slice(0, -1) : best;
  // A hypothesis' own log probabilities are mixed with the processors' work: they are read once more.
  const tokens: GeneratedToken[] = [];
  const note = (id: number, row: Float32Array): void =>
    void tokens.push({ id, text: tokenizer.tokenText(id), logprob: net.logProbability(row, id) });
  if (branches) await readBehind(net, ids, kept, turn, note);
  else
    await net.readAll([...ids, ...kept.slice(0, -1)], turn, (position, row) => {
      const id = kept[position + 1 - ids.length];
      if (position + 1 >= ids.length && id !== undefined) note(id, row);
    });
  const { text, stopped } = read(kept);
  if (text !== '') partial({ text, tokens: tokens.length });
  return {
    tokens,
    text,
    finish: stopped ? 'stop' : ended ? 'eos' : 'length',
    prefillMs: prefilled - started,
    decodeMs: performance.now() - prefilled,
  };
}

/** Tokens whose logits are fetched at once. */
const fetchedAtOnce = 32;

/** Reads `written` behind a prompt that was read before, and gives each token with the logits before it. */
async function readBehind(
  net: CausalModel,
  ids: readonly number[],
  written: readonly number[],
  turn: Turn,
  visit: (id: number, logits: Float32Array) => void,
): Promise<void> {
  const context = net.resume(ids);
  try {
    const [first] = await net.readOn(context, ids, turn);
    if (written.length > 0) visit(written[0]!, first!);
    // Nothing stands behind the last, and the window may have no place for it.
    const last = written.length - 1;
    for (let start = 0; start < last; start += fetchedAtOnce) {
      const end = Math.min(start + fetchedAtOnce, last);
      const rows = await net.readEach(context, written.slice(start, end), turn);
      rows.forEach((row, index) => visit(written[start + index + 1]!, row));
    }
  } finally {
    net.keep(context);
  }
}
