import * as vscode from 'vscode';
import type { Headlight } from './context';
import { withProgress } from './progress';
import { modelFor } from './settings';
import { selectionOrParagraph } from './target';

/** **Show Attention**: opens the view of every layer's and head's attention over the selection or paragraph. */
export async function showAttention({ attention, engine, root }: Headlight): Promise<void> {
  const { document, span, text } = selectionOrParagraph(vscode.l10n.t('show the attention over it'));
  await withProgress(engine, vscode.l10n.t('Headlight: reading the attention'), (signal) =>
    attention.show({ document, span, text, model: modelFor('attention', root) }, signal),
  );
}
