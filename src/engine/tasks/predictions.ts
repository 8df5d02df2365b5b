import { largest } from '../../core/decoding/largest';
import { softmax } from '../../core/decoding/sampling';
import { say } from '../../core/message';
import { EngineError, type Candidate, type PredictionsResult } from '../../protocol/engine';
import type { Model, OpenCausal, OpenEncoder, OpenEncoderDecoder } from '../model/modelStore';
import type { Turn } from '../scheduler';
import type { Attention } from './attention';
import type { TaskContext } from './context';
import { maskOf } from './maskOf';

/**
 * What a model predicts at a token of a text whose attention is shown: a causal model the next token, a masked model
 * what belongs in its place, a classifier the label of the whole text.
 * @param top how many candidates
 */
export async function predictions(
  attention: Attention,
  token: number,
  top: number,
  { models, turn }: TaskContext,
): Promise<PredictionsResult> {
  const { model } = await models.open(attention.folder, 'attention');
  const output = outputOf(model, attention, token);
  await turn();
  const probabilities = softmax(await output.logits(turn));
  const candidate = (id: number): Candidate => ({
    id,
    text: output.text(id),
    probability: probabilities[id]!,
  });
  return {
    predicted: output.predicted,
    candidates: largest(probabilities, top).map(candidate),
    actual: output.actual === undefined ? null : candidate(output.actual),
  };
}

/** What a model's output at a token is, and how it is computed. */
export interface TokenOutput {
  readonly predicted: PredictionsResult['predicted'];
  /** The id of what stands there in the text; undefined where nothing does. */
  readonly actual: number | undefined;
  text(id: number): string;
  logits(turn: Turn): Promise<Float32Array>;
}

/** @throws EngineError `input` when nothing is predicted at that token, `unsupported` when the model predicts nothing */
export function outputOf(model: Model, attention: Attention, token: number): TokenOutput {
  if (!(token in attention.tokens)) {
    throw new EngineError('input', say`There is no token ${token}: there are ${attention.tokens.length}.`);
  }
  if (model.kind === 'causal') return nextToken(model, attention, token);
  if (model.kind === 'encoder-decoder') return writtenToken(model, attention, token);
  switch (model.folder.family.name) {
    case 'masked':
      return hiddenToken(model, attention, token);
    case 'classifier':
      return label(model, attention);
    default:
      throw new EngineError(
        'unsupported',
        say`"${model.folder.name}" predicts nothing: it ${model.folder.family.reads}.`,
      );
  }
}

function nextToken({ net, tokenizer }: OpenCausal, { tokens }: Attention, token: number): TokenOutput {
  const next = tokens[token + 1];
  const ids = tokens.slice(0, token + 1).map(({ id }) => id);
  return {
    predicted: 'next',
    actual: next && !next.special ? next.id : undefined,
    text: (id) => tokenizer.tokenText(id),
    async logits(turn) {
      // What was read for another token of the text is known.
      const context = net.resume(ids);
      try {
        return (await net.readOn(context, ids, turn))[0]!;
      } finally {
        net.keep(context);
      }
    },
  };
}

function writtenToken(
  { net, tokenizer, folder }: OpenEncoderDecoder,
  { tokens, sourceIds }: Attention,
  token: number,
): TokenOutput {
  if (!sourceIds) {
    throw new EngineError(
      'unsupported',
      say`The encoder of "${folder.name}" predicts nothing: its decoder does, which writes from it.
        Choose a token of the decoder's.`,
    );
  }
  const ids = tokens.slice(0, token + 1).map(({ id }) => id);
  return {
    predicted: 'next',
    actual: tokens[token + 1]?.id,
    text: (id) => tokenizer.tokenText(id),
    logits: async (turn) => (await net.readAll(await net.encode(sourceIds, turn), ids, turn)).at(-1)!,
  };
}

function hiddenToken(model: OpenEncoder, { tokens, typeIds }: Attention, token: number): TokenOutput {
  const mask = maskOf(model);
  const { id: actual, special } = tokens[token]!;
  if (special && actual !== mask.id) {
    throw new EngineError(
      'input',
      say`Nothing is predicted at ${tokens[token]!.text}: it isn't of the text. Choose a word or a mask.`,
    );
  }
  const ids = tokens.map(({ id }, at) => (at === token ? mask.id : id));
  return {
    predicted: 'here',
    actual: actual === mask.id ? undefined : actual,
    text: (id) => model.tokenizer.tokenText(id),
    logits: async () => (await model.net.logitsAt([{ ids, typeIds }], [token]))[0]![0]!,
  };
}

function label(model: OpenEncoder, { tokens, typeIds }: Attention): TokenOutput {
  return {
    predicted: 'label',
    actual: undefined,
    text: (id) => model.folder.config.id2label?.[String(id)] ?? `LABEL_${id}`,
    logits: () => model.net.logits({ ids: tokens.map(({ id }) => id), typeIds }),
  };
}
