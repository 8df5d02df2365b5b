import { rankAnswers, type AnswerWindow } from '../../core/answers';
import { say } from '../../core/message';
import { wordsOfTokens } from '../../core/text/wholeWords';
import { EngineError, type AnswerParams, type AnswerPartial, type AnswerResult } from '../../protocol/engine';
import type { EncoderInput } from '../model/encoderModel';
import type { OpenEncoder } from '../model/modelStore';
import { knowsNoAnswer } from '../model/squad2';
import type { Encoding } from '../model/tokenizer';
import type { TaskContext } from './context';

/** As in transformers' question-answering pipeline, but for the longest answer, which is 15 there. */
const limits = { question: 64, window: 384, overlap: 128, answer: 30 };

/**
 * Finds where a text answers a question, by a model that sees both (Devlin et al. 2019). A text longer than the
 * model's window is read in windows that overlap, the question before each.
 * @throws EngineError `input` for an empty question or text
 */
export async function answer(
  params: AnswerParams,
  { models, turn, partial }: TaskContext<AnswerPartial>,
): Promise<AnswerResult> {
  const { question, text, top = 5 } = params;
  const isEmpty = (written: string): boolean => written.trim() === '';
  if (isEmpty(question)) throw new EngineError('input', say`The question is empty.`);
  if (isEmpty(text))
    throw new EngineError('input', say`The text is empty: there is no answer to be found in it.`);
  if (!Number.isInteger(top) || top < 1)
    throw new EngineError('option', say`top is ${top}; it must be a whole number of at least 1.`);
  const { model, loadMs } = await models.openEncoder(params.model, 'answer');
  const started = performance.now();
  checkHead(model);
  const parts = split(model.tokenizer.encode(question.trim(), { pair: text }));
  const size = Math.min(model.folder.window, limits.window);
  const asked = Math.min(limits.question, Math.floor(size / 2), parts.end - parts.before);
  const lead = [...parts.lead.slice(0, parts.before + asked), ...parts.lead.slice(parts.end)];
  const room = size - lead.length - parts.tail.length;
  const step = room - Math.min(limits.overlap, Math.floor(room / 2));
  const total = Math.max(1, Math.ceil((parts.text.length - room) / step) + 1);
  const windows: AnswerWindow[] = [];
  for (let index = 0; index < total; index++) {
    await turn();
    const offset = index * step;
    const part = parts.text.slice(offset, offset + room);
    windows.push(await read(model, parts, lead, part, offset));
    partial({ done: index + 1, total });
  }

  const tokens = parts.text.map((at) => parts.encoding.tokens[at]!);
  const { answers, none } = rankAnswers(windows, {
    top,
    longest: limits.answer,
    wholeWords: wordsOfTokens(text, tokens),
  });
  return {
    model: model.folder.name,
    answers: answers.map(({ first, last, score }) => {
      const [start, end] = [tokens[first]!.start, tokens[last]!.end];
      return { text: text.slice(start, end), start, end, score };
    }),
    noAnswer: (params.noAnswer ?? (await knowsNoAnswer(model.folder))) ? none : null,
    timing: { loadMs, runMs: performance.now() - started },
  };
}

/** A question and a text as the model is given them, as indices of the encoding's tokens. */
interface Parts {
  readonly encoding: Encoding;
  /** All before the text: special tokens and the question, which stands from `before` to `end` in it. */
  readonly lead: readonly number[];
  readonly before: number;
  readonly end: number;
  readonly text: readonly number[];
  /** Special tokens behind the text. */
  readonly tail: readonly number[];
}

function split(encoding: Encoding): Parts {
  const { tokens, sequences } = encoding;
  const all = tokens.map((_, index) => index);
  const isOf = (sequence: 0 | 1) => (at: number) => !tokens[at]!.special && sequences[at] === sequence;
  const text = all.filter(isOf(1));
  const lead = all.slice(0, text[0] ?? 0);
  return {
    encoding,
    lead,
    before: lead.findIndex(isOf(0)),
    end: lead.findLastIndex(isOf(0)) + 1,
    text,
    tail: all.slice((text.at(-1) ?? 0) + 1),
  };
}

async function read(
  { net }: OpenEncoder,
  { encoding, tail }: Parts,
  lead: readonly number[],
  part: readonly number[],
  offset: number,
): Promise<AnswerWindow> {
  const indices = [...lead, ...part, ...tail];
  const input: EncoderInput = {
    ids: indices.map((at) => encoding.tokens[at]!.id),
    typeIds: indices.map((at) => encoding.typeIds[at]!),
  };
  const [starts, ends] = await net.outputs(input, ['start_logits', 'end_logits']);
  const from = lead.length;
  const to = from + part.length;
  return {
    offset,
    starts: starts!.subarray(from, to),
    ends: ends!.subarray(from, to),
    noStart: starts![0]!,
    noEnd: ends![0]!,
  };
}

function checkHead({ net, folder, file, graph }: OpenEncoder): void {
  if (net.gives('start_logits') && net.gives('end_logits')) return;
  throw new EngineError(
    'model',
    say`"${folder.name}" can't answer with ${file}: it lacks the outputs start_logits and end_logits (it has
      ${graph.outputs.map(({ name }) => name).join(', ')}). Export the model for the task question-answering.`,
  );
}
