import * as vscode from 'vscode';
import { percent } from '../../core/text/figures';
import { inflectionOf } from '../../core/text/inflection';
import { inCaseOf } from '../../core/text/letterCase';
import { trimmed } from '../../core/text/paragraph';
import type { Span } from '../../core/text/span';
import { wordAt } from '../../core/text/words';
import type { WeighedWord } from '../../protocol/engine';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { activeEditor } from '../target';
import { chooseWordAt } from './chooseWordAt';
import type { FittingWord, WordGroup } from './pickWord';

const shown = 20;

/**
 * **Suggest Other Words**: ranks what would fit in place of the word under the cursor, or of the one selected, in the
 * same case; the words of the same form come first.
 */
export async function suggestOtherWords(headlight: Headlight): Promise<void> {
  const editor = activeEditor();
  const span = selectedWord(editor);
  const word = editor.document.getText().slice(span.start, span.end);
  await chooseWordAt(
    headlight,
    { editor, span, before: '', after: '', weigh: word },
    {
      title: (model) => vscode.l10n.t('Other words for “{0}” by {1}', word, model),
      placeholder: ({ weighed, truncated }) => placeholder(word, weighed, truncated),
      groups: (words) => grouped(word, words),
    },
  );
}

function selectedWord({ document, selection }: vscode.TextEditor): Span {
  const text = document.getText();
  const start = document.offsetAt(selection.start);
  const span = selection.isEmpty
    ? wordAt(text, start)
    : trimmed(text, { start, end: document.offsetAt(selection.end) });
  if (span.start === span.end)
    throw new Hint(
      vscode.l10n.t('Put the cursor on a word, or select one, to see what else would fit there.'),
    );
  if (/\s/.test(text.slice(span.start, span.end)))
    throw new Hint(vscode.l10n.t('Select one word: other words are suggested for one at a time.'));
  return span;
}

/** The words in the case of `word`, without itself; those with its ending first. */
function grouped(word: string, found: readonly FittingWord[]): WordGroup[] {
  const others = new Map<string, FittingWord>();
  for (const { text, probability } of found) {
    const cased = inCaseOf(word, text);
    const isSame = cased.toLocaleLowerCase() === word.toLocaleLowerCase();
    if (!isSame && !others.has(cased)) others.set(cased, { text: cased, probability });
  }
  const words = [...others.values()].slice(0, shown);
  const ending = inflectionOf(word);
  const same = ending === undefined ? [] : words.filter(({ text }) => inflectionOf(text) === ending);
  if (same.length === 0) return [{ words }];
  return [
    { heading: vscode.l10n.t('in the same form: …{0}', ending!), words: same },
    { heading: vscode.l10n.t('in other forms'), words: words.filter((other) => !same.includes(other)) },
  ];
}

function placeholder(word: string, weighed: WeighedWord | undefined, truncated: boolean): string {
  const { t } = vscode.l10n;
  const parts: string[] = [];
  if (weighed) {
    const probability = percent(Math.exp(weighed.logprob));
    parts.push(
      weighed.rank === null
        ? t('“{0}” itself: {1}', word, probability)
        : t('“{0}” itself: {1}, place {2}', word, probability, weighed.rank),
    );
  }
  if (truncated) parts.push(t('read: what stands around it, as the paragraph is too long for the model'));
  return parts.join(' · ');
}
