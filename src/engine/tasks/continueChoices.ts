import { processLogits } from '../../core/decoding/logitsProcessors';
import { argmax, randomStream, sample, type Random } from '../../core/decoding/sampling';
import { StopStrings } from '../../core/decoding/stop';
import { say } from '../../core/message';
import {
  EngineError,
  type ChoicesParams,
  type ChoicesResult,
  type Finish,
  type GeneratedToken,
} from '../../protocol/engine';
import type { TextStream } from '../model/textStream';
import type { TaskContext } from './context';
import { generationOptions } from './generationOptions';
import { readPrompt } from './readPrompt';

/** At most this many: each adds to a step what a token more adds. */
const most = 16;

/** One continuation on its way. */
interface Writing {
  readonly random: Random | undefined;
  readonly stream: TextStream;
  readonly stops: StopStrings;
  readonly all: number[];
  readonly tokens: GeneratedToken[];
  text: string;
  finish: Finish | undefined;
}

/**
 * Continues a text several times, all continuations in one step a token. The prompt is read once and its keys and
 * values are shared.
 * @throws EngineError `option` for one out of its range
 */
export async function continueChoices(
  params: ChoicesParams,
  { models, turn }: TaskContext,
): Promise<ChoicesResult> {
  const { count } = params;
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new EngineError(
      'option',
      say`The number of choices is ${count}; it must be a whole number from 1 to ${most}.`,
    );
  const { model, loadMs } = await models.openCausal(params.model, 'continue');
  const { net, tokenizer } = model;
  const options = generationOptions(model, params);
  if (options.numBeams > 1)
    throw new EngineError('option', say`Several choices are sampled, not searched for: set numBeams to 1.`);
  const { ids, truncated } = readPrompt(model, params.text, options.maxNewTokens);
  const limit = Math.min(options.maxNewTokens, model.folder.window - ids.length + 1);
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const writings = Array.from({ length: count }, (_, choice): Writing => ({
    random: options.doSample ? randomStream(seed + choice) : undefined,
    stream: tokenizer.stream(ids),
    stops: new StopStrings(options.stop),
    all: [...ids],
    tokens: [],
    text: '',
    finish: undefined,
  }));

  /** Writes the next token of a continuation; returns whether it goes on. */
  const write = (writing: Writing, logits: Float32Array): boolean => {
    const processed = logits.slice();
    processLogits(processed, writing.all, options);
    const id = writing.random ? sample(processed, writing.random) : argmax(processed);
    if (options.eosTokenIds.includes(id)) writing.finish = 'eos';
    else {
      writing.tokens.push({ id, text: tokenizer.tokenText(id), logprob: net.logProbability(logits, id) });
      writing.all.push(id);
      writing.text += writing.stops.push(writing.stream.push(id));
      if (writing.stops.stopped) writing.finish = 'stop';
      else if (writing.tokens.length === limit) writing.finish = 'length';
    }
    if (writing.finish === undefined) return true;
    if (!writing.stops.stopped) writing.text += writing.stops.push(writing.stream.end());
    writing.text += writing.stops.end();
    if (writing.stops.stopped) writing.finish = 'stop';
    return false;
  };

  const started = performance.now();
  const context = net.resume(ids);
  let logits = await net.readOn(context, ids, turn);
  const prefilled = performance.now();
  // All continue the same prompt.
  logits = writings.map(() => logits[0]!);
  const branches = net.branch(context, count);
  if (!branches) net.reorder(context, Array<number>(count).fill(0));
  let going = writings;
  try {
    for (;;) {
      const rows = going.flatMap((writing, row) => (write(writing, logits[row]!) ? [row] : []));
      if (rows.length === 0) break;
      going = rows.map((row) => going[row]!);
      const next = going.map(({ all }) => all.at(-1)!);
      if (branches) {
        branches.reorder(rows);
        logits = await net.readBranches(branches, next, turn);
      } else {
        net.reorder(context, rows);
        logits = await net.read(
          context,
          next.map((id) => [id]),
          turn,
        );
      }
    }
  } finally {
    if (branches) {
      context.cache.truncate(ids.length);
      net.keep(context);
    }
  }
  const decodeMs = performance.now() - prefilled;
  const written = writings.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    model: model.folder.name,
    prompt: params.text,
    choices: writings.map(({ text, tokens, finish }) => ({ text, tokens, finish: finish! })),
    truncated,
    timing: {
      loadMs,
      prefillMs: prefilled - started,
      decodeMs,
      tokensPerSecond: written > count ? ((written - count) / decodeMs) * 1000 : 0,
    },
  };
}
