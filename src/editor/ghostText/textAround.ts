import * as vscode from 'vscode';
import type { TextAround } from '../../core/completion/typed';

/** So much text before the cursor is read at least, where there is so much; in UTF-16 units. */
const leastBefore = 4000;

/** The beginning of what is read moves in steps of so much, so that the engine knows most of it from the last key. */
const step = 2000;

/** How much behind the cursor is looked at, to repeat nothing of it; in UTF-16 units. */
const mostAfter = 500;

/** What stands around a place of a document. */
export function textAround(document: vscode.TextDocument, position: vscode.Position): TextAround {
  const offset = document.offsetAt(position);
  const start = Math.max(0, Math.floor(offset / step) * step - leastBefore);
  const before = document.getText(new vscode.Range(document.positionAt(start), position));
  // Up to an offset, not to a line and column: where one types, the text behind the cursor has to stay the very same.
  const after = document.getText(new vscode.Range(position, document.positionAt(offset + mostAfter)));
  return {
    before: plainLines(start === 0 ? before : before.slice(before.search(/\s/) + 1)),
    after: plainLines(after),
  };
}

function plainLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
