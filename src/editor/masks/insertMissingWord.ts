import * as vscode from 'vscode';
import { beginsSentence, spacesAround } from '../../core/text/insertion';
import { titled } from '../../core/text/letterCase';
import { paragraphAt } from '../../core/text/paragraph';
import { wordAt } from '../../core/text/words';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { activeEditor } from '../target';
import { chooseWordAt } from './chooseWordAt';

const shown = 20;

/** **Insert Missing Word**: ranks what word is missing at the cursor and inserts the chosen one, spaced as it must be. */
export async function insertMissingWord(headlight: Headlight): Promise<void> {
  const editor = activeEditor();
  const { document, selection } = editor;
  const text = document.getText();
  const offset = document.offsetAt(selection.active);
  const word = wordAt(text, offset);
  if (word.start < offset && offset < word.end)
    throw new Hint(
      vscode.l10n.t('The cursor is inside a word. Put it between two words, where one is missing.'),
    );
  const paragraph = paragraphAt(text, offset);
  if (paragraph.start === paragraph.end)
    throw new Hint(vscode.l10n.t('There is no text on this line that could miss a word.'));
  const capital = beginsSentence(text.slice(Math.min(paragraph.start, offset), offset));
  await chooseWordAt(
    headlight,
    { editor, span: { start: offset, end: offset }, ...spacesAround(text, offset) },
    {
      title: (model) => vscode.l10n.t('Missing word by {0}', model),
      placeholder: ({ truncated }) =>
        truncated
          ? vscode.l10n.t('read: what stands around it, as the paragraph is too long for the model')
          : vscode.l10n.t('Choose what is missing at the cursor'),
      groups: (words) => [
        {
          words: words.slice(0, shown).map(({ text: found, probability }) => ({
            text: capital ? titled(found) : found,
            probability,
          })),
        },
      ],
    },
  );
}
