import type * as vscode from 'vscode';

/** The languages of prose, in which Headlight is at work without being asked. */
export const proseLanguages: readonly string[] = [
  'markdown',
  'plaintext',
  'restructuredtext',
  'asciidoc',
  'latex',
  'git-commit',
];

/** Documents in these languages, wherever they come from: files, notebooks, remote places. */
export const proseSelector: vscode.DocumentSelector = proseLanguages.map((language) => ({ language }));
