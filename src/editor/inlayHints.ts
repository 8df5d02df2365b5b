import * as vscode from 'vscode';

/** Whether inlay hints are shown in a document without a key being held. */
export function hasInlayHints(document: vscode.TextDocument): boolean {
  const enabled = vscode.workspace.getConfiguration('editor.inlayHints', document).get('enabled', 'on');
  return enabled === 'on' || enabled === 'onUnlessPressed';
}
