import type * as vscode from 'vscode';

/** Languages that are prose, by VS Code's ids. */
const proseLanguages = new Set([
  'markdown',
  'plaintext',
  'restructuredtext',
  'asciidoc',
  'latex',
  'git-commit',
  'scminput',
]);

/** Whether a document is prose that someone writes: not a log, an output channel or a comparison. */
export function isProse({ languageId, uri }: vscode.TextDocument): boolean {
  return proseLanguages.has(languageId) && uri.scheme !== 'output' && uri.scheme !== 'git';
}
