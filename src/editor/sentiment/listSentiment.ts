import * as vscode from 'vscode';
import { fullSignOf } from '../../core/sentiment/signs';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { activeEditor, rangeOf } from '../target';

/** **Go to Sentence by Sentiment…**: the marked sentences as a list to search and to read out. */
export async function listSentiment({ marks }: Headlight): Promise<void> {
  const editor = activeEditor();
  const { document } = editor;
  const sentences = marks.marksOf(document);
  if (sentences.length === 0)
    throw new Hint(vscode.l10n.t('No sentence is marked here. Run Analyze Sentiment first.'));
  const items = sentences.map((sentence) => {
    const range = rangeOf(document, sentence);
    return {
      label: fullSignOf(sentence),
      description: vscode.l10n.t('line {0}', range.start.line + 1),
      detail: document.getText(range).replace(/\s+/g, ' '),
      range,
    };
  });
  const before = { selection: editor.selection, visible: editor.visibleRanges[0] };
  const show = (range: vscode.Range): void => {
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  };
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Sentences by sentiment'),
    placeHolder: vscode.l10n.t('Search for a label or for words of a sentence'),
    matchOnDetail: true,
    onDidSelectItem: (item) => show((item as (typeof items)[number]).range),
  });
  if (chosen) return show(chosen.range);
  editor.selection = before.selection;
  if (before.visible) editor.revealRange(before.visible, vscode.TextEditorRevealType.AtTop);
}
