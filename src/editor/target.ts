import * as vscode from 'vscode';
import { paragraphAt, trimmed } from '../core/text/paragraph';
import type { Span } from '../core/text/span';
import { Hint } from './errors';

/** A part of a document that a command works on. */
export interface Target {
  readonly editor: vscode.TextEditor;
  readonly document: vscode.TextDocument;
  readonly span: Span;
  readonly text: string;
}

/** There is no text to work on: none is open, or a view has the focus. */
export class NoText extends Hint {
  constructor() {
    super(vscode.l10n.t('Open a text first: Headlight works on the selection or at the cursor.'));
  }
}

/** The editor that has the cursor; throws a hint when there is none. */
export function activeEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new NoText();
  return editor;
}

/**
 * The first selection without the white space at its ends, or the paragraph at the cursor.
 * @param what what the command would do with it, for the hint when there is no text
 */
export function selectionOrParagraph(what: string): Target {
  const editor = activeEditor();
  const { document, selection } = editor;
  const text = document.getText();
  const start = document.offsetAt(selection.start);
  const span = selection.isEmpty
    ? paragraphAt(text, start)
    : trimmed(text, { start, end: document.offsetAt(selection.end) });
  if (span.start === span.end)
    throw new Hint(
      vscode.l10n.t('There is no text here. Select some, or put the cursor into a paragraph, to {0}.', what),
    );
  return { editor, document, span, text: text.slice(span.start, span.end) };
}

/** `span`, in UTF-16 offsets of the document, as a range. */
export function rangeOf(document: vscode.TextDocument, span: Span): vscode.Range {
  return new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
}
