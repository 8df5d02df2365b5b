import * as vscode from 'vscode';
import { promptFrom, type Prompt } from '../core/completion/prompt';
import { Hint } from './errors';

/**
 * How much of the text before a cursor is given to the engine, which keeps what fits the model's window:
 * enough to fill a window of 1024 tokens of English.
 */
const PROMPT_LIMIT = 6000;

/** Where a continuation goes, and what it continues. */
export interface Place {
  /** Offset in the document where the continuation goes. */
  readonly offset: number;
  readonly prompt: Prompt;
  readonly selected: boolean;
}

/** Each selection that is to be continued, or the text before each cursor; throws a hint where there is none. */
export function placesOf(editor: vscode.TextEditor): Place[] {
  const { document } = editor;
  const places = editor.selections.map((selection) => {
    const before = selection.isEmpty
      ? new vscode.Range(new vscode.Position(0, 0), selection.active)
      : new vscode.Range(selection.start, selection.end);
    return {
      offset: document.offsetAt(selection.end),
      prompt: promptFrom(document.getText(before), PROMPT_LIMIT),
      selected: !selection.isEmpty,
    };
  });
  const told = places.filter((place) => place.prompt.text.trim() !== '');
  if (told.length === 0)
    throw new Hint(
      vscode.l10n.t(
        'There is no text before the cursor to continue. Write a few words first, or select some.',
      ),
    );
  return told;
}

/** Throws a hint where nothing can be written. */
export async function demandWritable(document: vscode.TextDocument): Promise<void> {
  const readOnly = (): Hint =>
    new Hint(vscode.l10n.t('This document is read-only: there is nowhere to write to.'));
  if (vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false) throw readOnly();
  try {
    const { permissions } = await vscode.workspace.fs.stat(document.uri);
    if (permissions !== undefined && (permissions & vscode.FilePermission.Readonly) !== 0) throw readOnly();
  } catch (error) {
    // An untitled document has no file yet.
    if (error instanceof Hint) throw error;
  }
}

/** Says of a selection that didn't fit into the model's window which part of it was read. */
export function tellShortened(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The selection is longer than the model reads at once; its end was continued.'),
  );
}
