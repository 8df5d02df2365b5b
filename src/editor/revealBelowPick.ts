import * as vscode from 'vscode';

/** A pick covers the upper part of the editor: what stands there is brought to the middle. */
export function revealBelowPick(editor: vscode.TextEditor, offset: number): void {
  const { line } = editor.document.positionAt(offset);
  const visible = editor.visibleRanges[0];
  const middle = visible ? (visible.start.line + visible.end.line) / 2 : Infinity;
  const type = line < middle ? vscode.TextEditorRevealType.InCenter : vscode.TextEditorRevealType.Default;
  editor.revealRange(new vscode.Range(line, 0, line, 0), type);
}
