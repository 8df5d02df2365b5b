import { softmax } from '../../core/decoding/sampling';
import { sentences } from '../../core/text/sentences';
import type { Span } from '../../core/text/span';
import {
  EngineError,
  type SentenceVerdict,
  type SentimentParams,
  type SentimentPartial,
  type SentimentResult,
  type Verdict,
} from '../../protocol/engine';
import type { OpenEncoder } from '../model/modelStore';
import type { TaskContext } from './context';

/**
 * Judges a text as a whole and sentence by sentence. A text longer than the model's window is judged as the mean of
 * its sentences, each weighted by its length.
 */
export async function sentiment(
  params: SentimentParams,
  { models, turn, partial }: TaskContext<SentimentPartial>,
): Promise<SentimentResult> {
  const spans = sentences(params.text);
  if (spans.length === 0) {
    throw new EngineError('input', 'The text has no sentence to judge: it is empty or only white space.');
  }
  const { model, loadMs } = await models.openEncoder(params.model, 'sentiment');
  const started = performance.now();
  const judged: SentenceVerdict[] = [];
  for (const [index, span] of spans.entries()) {
    await turn();
    judged.push({ ...span, ...(await judge(model, params.text.slice(span.start, span.end))) });
    partial({ done: index + 1, total: spans.length });
  }
  await turn();
  const whole = await judgeWhole(model, params.text, judged);
  return {
    model: model.folder.name,
    ...whole,
    sentences: judged,
    timing: { loadMs, runMs: performance.now() - started },
  };
}

async function judgeWhole(
  model: OpenEncoder,
  text: string,
  judged: readonly SentenceVerdict[],
): Promise<Verdict> {
  if (model.tokenizer.encode(text).tokens.length <= model.folder.window) return judge(model, text);
  const scores: Record<string, number> = {};
  const length = (span: Span): number => span.end - span.start;
  const total = judged.reduce((sum, sentence) => sum + length(sentence), 0);
  for (const sentence of judged) {
    for (const [label, score] of Object.entries(sentence.scores)) {
      scores[label] = (scores[label] ?? 0) + (score * length(sentence)) / total;
    }
  }
  return { label: best(scores), scores };
}

async function judge(model: OpenEncoder, text: string): Promise<Verdict> {
  const { tokens, typeIds } = model.tokenizer.encode(text);
  // A single sentence longer than the window is judged by its beginning; its last token stays the separator.
  const { window, config } = model.folder;
  const keep = tokens.length <= window ? tokens : [...tokens.slice(0, window - 1), tokens.at(-1)!];
  const logits = await model.net.logits({
    ids: keep.map((token) => token.id),
    typeIds: typeIds.slice(0, keep.length),
  });
  const probabilities =
    config.problem_type === 'multi_label_classification'
      ? logits.map((logit) => 1 / (1 + Math.exp(-logit)))
      : softmax(logits);
  const scores: Record<string, number> = {};
  probabilities.forEach((probability, id) => {
    scores[config.id2label?.[String(id)] ?? `LABEL_${id}`] = probability;
  });
  return { label: best(scores), scores };
}

function best(scores: Record<string, number>): string {
  return Object.entries(scores).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
