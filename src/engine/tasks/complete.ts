import { endOfExtent } from '../../core/completion/extent';
import { FirstWord } from '../../core/completion/firstWord';
import { startOfRepetition } from '../../core/completion/repetition';
import { cutUnfinishedWord } from '../../core/completion/unfinishedWord';
import { largest } from '../../core/decoding/largest';
import { logSumExp } from '../../core/decoding/sampling';
import { VocabularyIndex } from '../../core/decoding/vocabularyIndex';
import { say } from '../../core/message';
import {
  EngineError,
  type CompleteParams,
  type CompletePartial,
  type CompleteResult,
  type CompletionToken,
  type Finish,
} from '../../protocol/engine';
import { growingIds } from '../model/growingText';
import type { OpenCausal } from '../model/modelStore';
import type { TextStream } from '../model/textStream';
import type { Tokenizer } from '../model/tokenizer';
import type { TaskContext } from './context';
import { generationOptions } from './generationOptions';

/** At most this many: each adds to a step what a token more adds. */
const most = 16;

/** The prompt's last word may take this many tokens more than the completion. */
const wordTokens = 8;

/**
 * What is taken for the surprise of a letter that a token leaves to the next, in nats: that of letters within English
 * words is about 1.4, and more where the vocabulary would have written the word in one token.
 */
const surpriseOfLetter = 2;

/** A token that may come next. */
interface Choice {
  readonly id: number;
  /** Of those that finish the word that was begun, where one is; natural logarithm of its probability. */
  readonly logprob?: number;
}

/** One completion on its way. */
interface Writing {
  readonly firstWord: FirstWord | undefined;
  readonly stream: TextStream;
  readonly all: number[];
  /** What is still to be written of the prompt's last word. */
  required: string;
  readonly tokens: CompletionToken[];
  text: string;
  finish: Finish | undefined;
}

/**
 * Completes a text where someone is writing: finishes its last word, goes on greedily to the end of the sentence or
 * paragraph, and ends early when its time is over.
 * @throws EngineError `option` for a count out of its range
 */
export async function complete(
  params: CompleteParams,
  { models, turn, partial }: TaskContext<CompletePartial>,
): Promise<CompleteResult> {
  const { count, extent, budgetMs, maxNewTokens, leastProbability } = params;
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new EngineError(
      'option',
      say`The number of completions is ${count}; it must be a whole number from 1 to ${most}.`,
    );
  const { model, loadMs } = await models.openCausal(params.model, 'continue');
  const { net, tokenizer, folder } = model;
  // Names and phrases of the text come again; where a completion goes in circles it ends: see `endOf`.
  const plain = { doSample: false, numBeams: 1, repetitionPenalty: 1, noRepeatNgramSize: 0 };
  const options = generationOptions(model, { options: { ...plain, maxNewTokens } });
  const index = vocabularyIndex(tokenizer);
  let { prompt, required } = cutUnfinishedWord(params.text);
  // A word in characters that no token holds whole can't be written again.
  if (required !== '' && index.compatible(required).length === 0)
    ({ prompt, required } = { prompt: params.text, required: '' });
  const ids = promptIds(model, prompt, maxNewTokens + wordTokens);
  const limit = Math.min(maxNewTokens + (required === '' ? 0 : wordTokens), folder.window - ids.length + 1);

  /** What may come next, most probable first. */
  const ranked = ({ required: rest }: Writing, row: Float32Array, wanted: number): Choice[] => {
    if (rest === '') return largest(row, wanted).map((id) => ({ id }));
    const allowed = index.compatible(rest);
    const scores = Float32Array.from(allowed, (id) => {
      const left = Math.max(0, rest.length - tokenizer.tokenText(id).length);
      return row[id]! - left * surpriseOfLetter;
    });
    if (allowed.length === 0) return [];
    const sum = logSumExp(scores);
    return largest(scores, wanted).map((place) => ({ id: allowed[place]!, logprob: scores[place]! - sum }));
  };
  const isOver = (): boolean => performance.now() - prefilled > budgetMs;
  /** Where a completion has come to its end: of the sentence or paragraph, or where it goes in circles. */
  const endOf = (text: string): number | undefined => {
    const wholeWords = text.replace(/[\p{L}\p{N}\p{M}'’-]+$/u, '');
    return endOfExtent(params.text, text, extent) ?? startOfRepetition(params.text, wholeWords);
  };
  /** Writes the next token of a completion; returns whether it goes on. */
  const write = (writing: Writing, choice: Choice | undefined, row: Float32Array): boolean => {
    if (!choice || options.eosTokenIds.includes(choice.id)) {
      writing.finish = 'eos';
      return false;
    }
    const { id } = choice;
    const { tokens, all, firstWord } = writing;
    const piece = writing.stream.push(id);
    const taken = Math.min(writing.required.length, piece.length);
    writing.required = writing.required.slice(taken);
    const start = writing.text.length;
    writing.text += piece.slice(taken);
    const text = tokenizer.tokenText(id);
    const logprob = net.logProbability(row, id);
    tokens.push({ id, text, logprob, start, end: writing.text.length });
    all.push(id);
    // What was typed is no guess.
    const wasTyped = piece !== '' && taken === piece.length;
    const isGuess =
      !wasTyped && firstWord?.add(start, piece.slice(taken), choice.logprob ?? logprob) === false;
    const end = isGuess ? 0 : writing.required === '' ? endOf(writing.text) : undefined;
    if (end !== undefined) {
      writing.text = writing.text.slice(0, end);
      writing.finish = 'stop';
    } else if (tokens.length >= limit || (isOver() && writing.text.trim() !== '')) writing.finish = 'length';
    return writing.finish === undefined;
  };

  const started = performance.now();
  const context = net.resume(ids);
  const readTokens = ids.length - context.cache.length;
  let logits = await net.readOn(context, ids, turn);
  const prefilled = performance.now();

  const begin = (): Writing => ({
    firstWord: leastProbability === undefined ? undefined : new FirstWord(leastProbability),
    stream: tokenizer.stream(ids),
    all: [...ids],
    required,
    tokens: [],
    text: '',
    finish: undefined,
  });
  const row = logits[0]!;
  const firsts = ranked(begin(), row, count === 1 ? 1 : count + options.eosTokenIds.length)
    .filter(({ id }) => count === 1 || !options.eosTokenIds.includes(id))
    .slice(0, count);
  const writings = firsts.map(begin);
  let going = writings.filter((writing, at) => write(writing, firsts[at], row));
  const branches = count > 1 ? net.branch(context, going.length) : undefined;
  if (count > 1 && !branches) net.reorder(context, Array<number>(going.length).fill(0));
  try {
    while (going.length > 0) {
      const { firstWord, text, tokens } = going[0]!;
      // The first word may still turn out to be a guess.
      if (count === 1 && firstWord?.isSure !== false) partial({ text, tokens });
      const next = going.map(({ all }) => all.at(-1)!);
      logits = branches
        ? await net.readBranches(branches, next, turn)
        : await net.read(
            context,
            next.map((id) => [id]),
            turn,
          );
      const rows = going.flatMap((writing, at) =>
        write(writing, ranked(writing, logits[at]!, 1)[0], logits[at]!) ? [at] : [],
      );
      if (rows.length < going.length) {
        going = rows.map((at) => going[at]!);
        if (branches) branches.reorder(rows);
        else if (count > 1) net.reorder(context, rows);
      }
    }
  } finally {
    if (branches) context.cache.truncate(ids.length);
    if (branches || count === 1) net.keep(context);
  }
  const decodeMs = performance.now() - prefilled;
  const written = writings.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    model: folder.name,
    completions: writings.map(({ text, tokens, finish, required: rest }) => ({
      // A word that couldn't be finished was completed by nothing.
      text: rest === '' ? text : '',
      tokens: rest === '' ? tokens.filter(({ start, end }) => start < end && start < text.length) : [],
      finish: finish!,
    })),
    promptTokens: ids.length,
    readTokens,
    timing: {
      loadMs,
      prefillMs: prefilled - started,
      decodeMs,
      tokensPerSecond: written > count ? ((written - count) / decodeMs) * 1000 : 0,
    },
  };
}

const indexes = new WeakMap<Tokenizer, VocabularyIndex>();

function vocabularyIndex(tokenizer: Tokenizer): VocabularyIndex {
  let index = indexes.get(tokenizer);
  if (!index) {
    const text = (id: number): string => {
      const own = tokenizer.tokenText(id);
      return own.includes('\ufffd') || tokenizer.endIds.includes(id) ? '' : own;
    };
    index = new VocabularyIndex(Array.from({ length: tokenizer.vocabularySize }, (_, id) => text(id)));
    indexes.set(tokenizer, index);
  }
  return index;
}

/**
 * The prompt's ids, at least one. Of a prompt that leaves no room in the model's window the beginning is left out in
 * large steps, so that while someone types it begins with the same token and what was read of it can be used again.
 */
function promptIds({ tokenizer, folder }: OpenCausal, text: string, newTokens: number): number[] {
  const ids = growingIds(tokenizer, text);
  if (ids.length === 0) {
    const start = tokenizer.special.bos ?? tokenizer.special.eos;
    if (start) return [start.id];
    throw new EngineError('input', say`There is no text to complete. Write the beginning first.`);
  }
  const room = Math.max(folder.window - newTokens + 1, Math.ceil(folder.window / 2));
  if (ids.length <= room) return ids;
  const step = Math.max(1, Math.floor(room / 4));
  return ids.slice(Math.ceil((ids.length - room) / step) * step);
}
