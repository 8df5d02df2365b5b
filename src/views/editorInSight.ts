import * as vscode from 'vscode';

/** The active editor, where its document is one that is looked for; else another in sight that shows such a one. */
export function editorInSight(
  isWanted: (document: vscode.TextDocument) => boolean,
): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  return [activeTextEditor, ...visibleTextEditors].find((editor) => editor && isWanted(editor.document));
}
