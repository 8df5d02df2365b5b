import type * as vscode from 'vscode';
import { withoutComments } from '../core/text/commitMessage';

/** Languages that are prose, by VS Code's ids. */
const proseLanguages: readonly string[] = [
  'markdown',
  'plaintext',
  'restructuredtext',
  'asciidoc',
  'latex',
  'git-commit',
  'scminput',
];

/** Documents in these languages, wherever they come from: files, notebooks, remote places. */
export const proseSelector: vscode.DocumentSelector = proseLanguages.map((language) => ({ language }));

/** Whether a document is prose that someone writes: not a log, an output channel or a comparison. */
export function isProse({ languageId, uri }: vscode.TextDocument): boolean {
  return proseLanguages.includes(languageId) && uri.scheme !== 'output' && uri.scheme !== 'git';
}

/** The document's text with spaces in the place of what isn't its writer's: Git's comments in a commit message. */
export function proseIn(document: vscode.TextDocument): string {
  const text = document.getText();
  return document.languageId === 'git-commit' ? withoutComments(text) : text;
}
