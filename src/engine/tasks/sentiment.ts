import { say } from '../../core/message';
import { meanVerdict } from '../../core/sentiment/verdict';
import { sentences } from '../../core/text/sentences';
import {
  EngineError,
  type SentenceVerdict,
  type SentimentParams,
  type SentimentPartial,
  type SentimentResult,
  type Verdict,
} from '../../protocol/engine';
import type { OpenEncoder } from '../model/modelStore';
import type { Turn } from '../scheduler';
import { judgeEach } from './classify';
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
    throw new EngineError('input', say`The text has no sentence to judge: it is empty or only white space.`);
  }
  const { model, loadMs } = await models.openEncoder(params.model, 'sentiment');
  const started = performance.now();
  let done = 0;
  const texts = spans.map(({ start, end }) => params.text.slice(start, end));
  const verdicts = await judgeEach(model, texts, turn, (judged) => {
    done += judged.length;
    partial({ done, total: spans.length });
  });
  const judged = spans.map((span, index) => ({ ...span, ...verdicts[index]! }));
  const whole = await judgeWhole(model, params.text, judged, turn);
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
  turn: Turn,
): Promise<Verdict> {
  const mean = meanVerdict(judged)!;
  // Nearly as many tokens as the text has; it needn't be read whole to see that it is too long.
  let tokens = 0;
  for (const { start, end } of judged) {
    tokens += model.tokenizer.encode(text.slice(start, end)).tokens.filter(({ special }) => !special).length;
    if (tokens > model.folder.window) return mean;
  }
  const [whole] = await judgeEach(model, [text], turn);
  return whole!.isCut ? mean : whole!;
}
