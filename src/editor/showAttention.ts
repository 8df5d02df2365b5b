import * as vscode from 'vscode';
import type { Headlight } from './context';
import { modelFor } from './settings';
import { selectionOrParagraph } from './target';
import { tickOff } from './walkthrough';

/**
 * **Show Attention**: opens the view of every layer's and head's attention over the selection or paragraph. The view
 * itself says that it reads the text, and can be told to stop: a notification's moving bar would cost the model a
 * fifth of its speed where the window is drawn by the processor. In the view, it reads what is shown there again.
 */
export async function showAttention({ attention, root }: Headlight): Promise<void> {
  const { panel } = attention;
  if (!vscode.window.activeTextEditor && panel?.isActive && (await panel.readAgain())) return;
  const { editor, document, span, text } = selectionOrParagraph(vscode.l10n.t('show the attention over it'));
  const { selection } = editor;
  const at = selection.isEmpty ? Math.max(0, document.offsetAt(selection.active) - span.start) : undefined;
  await attention.show({ document, span, text, at, model: modelFor('attention', root) });
  tickOff('see');
}
