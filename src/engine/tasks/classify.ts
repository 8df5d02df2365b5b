import { softmax } from '../../core/decoding/sampling';
import { mostProbable } from '../../core/sentiment/verdict';
import type { ClassifyParams, ClassifyPartial, ClassifyResult, Verdict } from '../../protocol/engine';
import type { EncoderInput } from '../model/encoderModel';
import type { OpenEncoder } from '../model/modelStore';
import type { Turn } from '../scheduler';
import type { TaskContext } from './context';

/** Tokens of a batch, padding included: enough to keep the processor busy, and a cancel still comes soon. */
const batchTokens = 512;
/** So many texts are sorted by length at once, so that little of a batch is padding. */
const sortedTexts = 64;

/** Judges each of several texts for itself, and tells the verdicts as they come. */
export async function classify(
  params: ClassifyParams,
  { models, turn, partial }: TaskContext<ClassifyPartial>,
): Promise<ClassifyResult> {
  const { model, loadMs } = await models.openEncoder(params.model, 'sentiment');
  const started = performance.now();
  const verdicts = await judgeEach(model, params.texts, turn, (judged) => partial({ judged }));
  return { model: model.folder.name, verdicts, timing: { loadMs, runMs: performance.now() - started } };
}

/**
 * Judges each text for itself: several in one run of the model where that gives what one after the other gives.
 * @param onJudged called after each run with the verdicts of its texts, by their indices
 */
export async function judgeEach(
  model: OpenEncoder,
  texts: readonly string[],
  turn: Turn,
  onJudged: (judged: ClassifyPartial['judged']) => void = () => undefined,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let from = 0; from < texts.length; from += sortedTexts) {
    const inputs = texts
      .slice(from, from + sortedTexts)
      .map((text, index) => ({ index: from + index, ...inputOf(model, text) }))
      .sort((a, b) => a.ids.length - b.ids.length);
    for (const batch of batches(inputs, model.net.takesBatches ? batchTokens : 0)) {
      await turn();
      const rows = await model.net.logitsOfEach(batch);
      const judged = batch.map(({ index, isCut }, row) => ({
        index,
        verdict: verdictOf(model, rows[row]!, isCut),
      }));
      for (const { index, verdict } of judged) verdicts[index] = verdict;
      onJudged(judged);
    }
  }
  return verdicts;
}

/** Inputs that ascend by length, in groups of at most `size` tokens with their padding, or of one. */
function* batches<T extends EncoderInput>(inputs: readonly T[], size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const input of inputs) {
    if (batch.length > 0 && input.ids.length * (batch.length + 1) > size) {
      yield batch;
      batch = [];
    }
    batch.push(input);
  }
  if (batch.length > 0) yield batch;
}

/** A text longer than the window is read from its beginning; its last token stays the separator. */
function inputOf({ tokenizer, folder }: OpenEncoder, text: string): EncoderInput & { isCut: boolean } {
  const { tokens, typeIds } = tokenizer.encode(text);
  const isCut = tokens.length > folder.window;
  const kept = isCut ? [...tokens.slice(0, folder.window - 1), tokens.at(-1)!] : tokens;
  return { ids: kept.map((token) => token.id), typeIds: typeIds.slice(0, kept.length), isCut };
}

function verdictOf({ folder }: OpenEncoder, logits: Float32Array, isCut: boolean): Verdict {
  const { config } = folder;
  const probabilities =
    config.problem_type === 'multi_label_classification'
      ? logits.map((logit) => 1 / (1 + Math.exp(-logit)))
      : softmax(logits);
  const scores: Record<string, number> = {};
  probabilities.forEach((probability, id) => {
    scores[config.id2label?.[String(id)] ?? `LABEL_${id}`] = probability;
  });
  return { label: mostProbable(scores), scores, ...(isCut && { isCut: true }) };
}
