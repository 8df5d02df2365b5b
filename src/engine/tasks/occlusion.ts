import { argmax, logProbability } from '../../core/decoding/sampling';
import type { OcclusionPartial, OcclusionResult } from '../../protocol/engine';
import type { Model, OpenEncoder, OpenEncoderDecoder } from '../model/modelStore';
import type { Turn } from '../scheduler';
import type { Attention } from './attention';
import type { TaskContext } from './context';
import { outputOf } from './predictions';

/** Tokens that an encoder reads in one run, when single ones are hidden. */
const tokensARun = 512;

/**
 * By how much the output's log probability falls when a token is hidden (Zeiler and Fergus 2014 hid parts of
 * pictures): importance that is not attention. A masked model and a classifier read [MASK] in the token's place, or
 * don't see it where they have no mask; others read the text without it: a causal model what stands to the left, an
 * encoder-decoder what it has written, or its source when cross-attention is shown. The tokens nearest to the one in
 * question come first; what is known so far is sent along.
 * @param token the token whose output is watched; of a classifier it doesn't matter
 */
export async function occlusion(
  attention: Attention,
  token: number,
  { models, turn, partial }: TaskContext<OcclusionPartial>,
): Promise<OcclusionResult> {
  const { model, loadMs } = await models.open(attention.folder, 'attention');
  const started = performance.now();
  const output = outputOf(model, attention, token);
  await turn();
  const logits = await output.logits(turn);
  const target = output.actual ?? argmax(logits);
  const whole = logProbability(logits, target);

  const hidden = toHide(model, attention, token);
  const importance = new Float32Array(attention.keyTokens.length).fill(NaN);
  let done = 0;
  for await (const rows of logitsWithout(model, attention, token, hidden, turn)) {
    for (const row of rows) importance[hidden[done++]!] = whole - logProbability(row, target);
    partial({ done, total: hidden.length, importance: importance.slice() });
  }
  return {
    predicted: output.predicted,
    target: { id: target, text: output.text(target), probability: Math.exp(whole) },
    importance,
    timing: { loadMs, runMs: performance.now() - started },
  };
}

/** The tokens that are hidden one after the other, nearest first. */
function toHide(model: Model, { keyTokens, causal, part }: Attention, token: number): number[] {
  const isMasked = model.folder.family.name === 'masked';
  const hidden = keyTokens.flatMap(({ special }, at) =>
    special || (causal && at > token) || (isMasked && at === token) ? [] : [at],
  );
  // Of a single token nothing is left to predict from.
  if (model.kind === 'causal' && token === 0) return [];
  return part === 'cross' ? hidden : hidden.sort((a, b) => Math.abs(a - token) - Math.abs(b - token));
}

/** The logits without each token of `hidden`, in their order, some at a time. */
function logitsWithout(
  model: Model,
  attention: Attention,
  token: number,
  hidden: readonly number[],
  turn: Turn,
): AsyncGenerator<Float32Array[], void> {
  const ids = attention.tokens.map(({ id }) => id);
  if (model.kind === 'causal') return model.net.readWithout(ids.slice(0, token + 1), hidden, turn);
  if (model.kind === 'encoder-decoder')
    return writtenWithout(model, attention, ids.slice(0, token + 1), hidden, turn);
  return encodedWithout(model, { ids, typeIds: attention.typeIds }, token, hidden, turn);
}

async function* writtenWithout(
  { net }: OpenEncoderDecoder,
  { part, sourceIds }: Attention,
  ids: readonly number[],
  hidden: readonly number[],
  turn: Turn,
): AsyncGenerator<Float32Array[], void> {
  const without = (all: readonly number[], dropped: number): number[] =>
    all.filter((_, at) => at !== dropped);
  const whole = await net.encode(sourceIds!, turn);
  for (const dropped of hidden) {
    const source = part === 'cross' ? await net.encode(without(sourceIds!, dropped), turn) : whole;
    const read = part === 'cross' ? ids : without(ids, dropped);
    yield [(await net.readAll(source, read, turn)).at(-1)!];
  }
}

async function* encodedWithout(
  { net, tokenizer, folder }: OpenEncoder,
  { ids, typeIds }: { ids: readonly number[]; typeIds: readonly number[] },
  token: number,
  hidden: readonly number[],
  turn: Turn,
): AsyncGenerator<Float32Array[], void> {
  const mask = tokenizer.special.mask?.id;
  const isMasked = folder.family.name === 'masked';
  const watched = mask !== undefined && isMasked ? ids.map((id, at) => (at === token ? mask : id)) : ids;
  const batch = net.takesBatches ? Math.max(1, Math.floor(tokensARun / ids.length)) : 1;
  for (let start = 0; start < hidden.length; start += batch) {
    const part = hidden.slice(start, start + batch);
    await turn();
    const texts = part.map((without) =>
      mask === undefined
        ? { ids, typeIds, seen: ids.map((_, at) => (at === without ? 0 : 1)) }
        : { ids: watched.map((id, at) => (at === without ? mask : id)), typeIds },
    );
    if (isMasked) yield (await net.logitsAt(texts, [token])).map(([row]) => row!);
    else yield await net.logitsOfEach(texts);
  }
}
