import { leaveOneOut } from '../../core/sentiment/leaveOneOut';
import type { TippingWordsParams, TippingWordsResult } from '../../protocol/engine';
import { judgeEach } from './classify';
import type { TaskContext } from './context';

/**
 * How much each word of a text tips its verdict: the probability of the text's label less the one that the text has
 * without the word.
 */
export async function tippingWords(
  { model: folder, text }: TippingWordsParams,
  { models, turn }: TaskContext,
): Promise<TippingWordsResult> {
  const { model, loadMs } = await models.openEncoder(folder, 'sentiment');
  const started = performance.now();
  const without = leaveOneOut(text);
  const [whole, ...others] = await judgeEach(model, [text, ...without.map(({ text }) => text)], turn);
  const { label, scores } = whole!;
  return {
    model: model.folder.name,
    label,
    words: without.map(({ word }, index) => ({
      ...word,
      effect: scores[label]! - others[index]!.scores[label]!,
    })),
    timing: { loadMs, runMs: performance.now() - started },
  };
}
