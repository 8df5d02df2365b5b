import * as vscode from 'vscode';
import { percent } from '../../core/text/figures';
import { surpriseLevel } from '../../core/text/surprise';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { activeEditor, rangeOf } from '../target';

/** How much of the text is shown on both sides of a token, in characters. */
const context = 30;

/** **Go to Surprise…**: the unexpected tokens as a list to search and to read out, the least expected first. */
export async function listSurprise({ surprise }: Headlight): Promise<void> {
  const editor = activeEditor();
  const { document } = editor;
  const marks = surprise.marksOf(document);
  if (marks.length === 0)
    throw new Hint(vscode.l10n.t('No surprise is marked here. Run Show Surprise first.'));
  const text = document.getText();
  const items = marks
    .filter(({ logprob }) => surpriseLevel(logprob) > 0)
    .sort((a, b) => a.logprob - b.logprob)
    .map((mark) => {
      const range = rangeOf(document, mark);
      const around = text.slice(Math.max(0, mark.start - context), mark.end + context);
      const expected = mark.expected.map((other) => `“${other.text.trim()}” ${percent(other.probability)}`);
      return {
        label: `${mark.text} ${percent(Math.exp(mark.logprob))}`,
        description: vscode.l10n.t('line {0}: …{1}…', range.start.line + 1, around.replace(/\s+/g, ' ')),
        detail: vscode.l10n.t('expected: {0}', expected.join(', ')),
        range,
      };
    });
  if (items.length === 0) throw new Hint(vscode.l10n.t('Nothing in this text is unexpected to the model.'));
  const before = { selection: editor.selection, visible: editor.visibleRanges[0] };
  const show = (range: vscode.Range): void => {
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  };
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Surprises'),
    placeHolder: vscode.l10n.t('The least expected first'),
    matchOnDescription: true,
    onDidSelectItem: (item) => show((item as (typeof items)[number]).range),
  });
  if (chosen) return show(chosen.range);
  editor.selection = before.selection;
  if (before.visible) editor.revealRange(before.visible, vscode.TextEditorRevealType.AtTop);
}
