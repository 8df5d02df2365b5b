import * as vscode from 'vscode';
import type { Engine } from '../../client/engineClient';
import { ranking, type Verdict } from '../../core/sentiment/verdict';
import { bar, percent } from '../../core/text/figures';
import type { TippingWordsResult } from '../../protocol/engine';
import { isCancellation } from '../errors';
import { escapeMarkdown } from '../markdown';
import { rangeOf } from '../target';
import type { JudgedDocument, JudgedSentence } from './judgedDocument';
import type { SentimentMarks } from './sentimentMarks';

/** At most so many words are shown, those that tip the verdict most. */
const shownWords = 6;
/** A word that changes the probability by less tips nothing. */
const leastEffect = 0.005;
const keptSentences = 200;

/**
 * Hovers of marked sentences: all probabilities at once, and below them, when the engine has left out each word in
 * turn, the words that tip the verdict.
 */
export function sentimentHovers(
  marks: SentimentMarks,
  engine: Engine,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const everywhere = { pattern: '**' };
  const cache = new Map<string, TippingWordsResult>();

  const tippingWords = async (
    model: string,
    text: string,
    signal: AbortSignal,
  ): Promise<TippingWordsResult> => {
    const key = `${model}\n${text}`;
    const known = cache.get(key);
    if (known) return known;
    const result = await engine.request('tippingWords', { model, text }, { priority: 'interactive', signal });
    cache.set(key, result);
    if (cache.size > keptSentences) cache.delete(cache.keys().next().value!);
    return result;
  };

  const at = (
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { judged: JudgedDocument; sentence: JudgedSentence } | undefined => {
    const judged = marks.of(document);
    const offset = document.offsetAt(position);
    // Where one ends and the next begins, as in Chinese, the mouse is on the next.
    const sentence = judged?.judged().findLast(({ start, end }) => start <= offset && offset <= end);
    return judged && sentence && { judged, sentence };
  };

  // The one that is registered last is shown first.
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(everywhere, {
      async provideHover(document, position, token) {
        const found = at(document, position);
        if (!found) return undefined;
        const range = rangeOf(document, found.sentence);
        const text = document.getText(range);
        const controller = new AbortController();
        const cancelling = token.onCancellationRequested(() => controller.abort());
        try {
          const result = await tippingWords(found.judged.model, text, controller.signal);
          return new vscode.Hover(wordsText(text, result), range);
        } catch (error) {
          // The probabilities are still shown.
          if (!isCancellation(error)) log.warn(`The words that tip a sentence: ${String(error)}`);
          return undefined;
        } finally {
          cancelling.dispose();
        }
      },
    }),
    vscode.languages.registerHoverProvider(everywhere, {
      provideHover(document, position) {
        const found = at(document, position);
        return found && new vscode.Hover(verdictText(found.sentence), rangeOf(document, found.sentence));
      },
    }),
  );
}

function verdictText(verdict: Verdict): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const text = new vscode.MarkdownString(`**Headlight** · ${t('sentiment of this sentence')}\n\n`);
  text.appendMarkdown(`| | | |\n|:--|--:|:--|\n`);
  for (const [label, probability] of ranking(verdict))
    text.appendMarkdown(`| ${escapeMarkdown(label)} | ${percent(probability)} | ${bar(probability, 10)} |\n`);
  if (verdict.isCut)
    text.appendMarkdown(
      `\n${t('It is longer than the model reads at once and was judged by its beginning.')}`,
    );
  return text;
}

function wordsText(sentence: string, { label, words, isPartial }: TippingWordsResult): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const most = words
    .filter(({ effect }) => Math.abs(effect) >= leastEffect)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, shownWords);
  const note = isPartial ? `\n\n${t('Only its first {0} words were tried.', words.length)}` : '';
  if (most.length === 0) return new vscode.MarkdownString(`${t('No single word tips it.')}${note}`);
  const text = new vscode.MarkdownString(
    `${t('Words that tip it, by what {0} loses without them', escapeMarkdown(label))}\n\n`,
  );
  text.appendMarkdown(`| | | |\n|:--|--:|:--|\n`);
  for (const { start, end, effect } of most) {
    const sign = effect > 0 ? '+' : '−';
    const points = (100 * Math.abs(effect)).toFixed(1);
    text.appendMarkdown(
      `| ${escapeMarkdown(sentence.slice(start, end))} | ${sign}${points} | ${bar(Math.abs(effect), 10)} |\n`,
    );
  }
  return text.appendMarkdown(note);
}
