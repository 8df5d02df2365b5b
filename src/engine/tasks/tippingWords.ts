import { leaveOneOut, type Without } from '../../core/sentiment/leaveOneOut';
import type { TippingWord, TippingWordsParams, TippingWordsResult, Verdict } from '../../protocol/engine';
import type { OpenEncoder } from '../model/modelStore';
import { judgeEach } from './classify';
import type { TaskContext } from './context';

/** Tokens read at most, for someone waits: each word that is left out is a run of its own. */
const mostTokens = 12_800;
/** So many texts are made at once. */
const textsAtOnce = 32;

/**
 * How much each word of a text tips its verdict: the probability of the text's label less the one that the text has
 * without the word. Of a long text these are the first words, of those that the model reads at once.
 */
export async function tippingWords(
  { model: folder, text }: TippingWordsParams,
  { models, turn }: TaskContext,
): Promise<TippingWordsResult> {
  const { model, loadMs } = await models.openEncoder(folder, 'sentiment');
  const started = performance.now();
  const { text: read, tokens } = beginningThatFits(model, text);
  const mostWords = Math.max(1, Math.floor(mostTokens / tokens));
  const [whole] = await judgeEach(model, [read], turn);
  const { label } = whole!;
  const words: TippingWord[] = [];
  let isPartial = read.length < text.length;
  let waiting: Without[] = [];
  const judgeWaiting = async (): Promise<void> => {
    const verdicts = await judgeEach(
      model,
      waiting.map((without) => without.text),
      turn,
    );
    words.push(
      ...waiting.map(({ word }, index) => ({ ...word, effect: effectOn(whole!, verdicts[index]!) })),
    );
    waiting = [];
  };
  for (const without of leaveOneOut(read)) {
    if (words.length + waiting.length === mostWords) {
      isPartial = true;
      break;
    }
    waiting.push(without);
    if (waiting.length === textsAtOnce) await judgeWaiting();
  }
  await judgeWaiting();
  return {
    model: model.folder.name,
    label,
    words,
    ...(isPartial && { isPartial }),
    timing: { loadMs, runMs: performance.now() - started },
  };
}

function effectOn({ label, scores }: Verdict, without: Verdict): number {
  return scores[label]! - without.scores[label]!;
}

/** The text, or as much of its beginning as the model reads at once: what stands behind can tip nothing. */
function beginningThatFits(
  { tokenizer, folder: { window } }: OpenEncoder,
  text: string,
): { text: string; tokens: number } {
  const { tokens } = tokenizer.encode(text);
  if (tokens.length <= window) return { text, tokens: tokens.length };
  // The last place is the separator's.
  const read = text.slice(0, tokens[window - 2]!.end);
  // Half a word is none; where no spaces part words, each token is taken for one.
  const isWithinWord = /\S$/.test(read) && /^[\p{L}\p{N}]/u.test(text.slice(read.length));
  const whole = isWithinWord ? read.replace(/\s\S*$/, '') : read;
  return { text: whole, tokens: window };
}
