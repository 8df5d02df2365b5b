import * as path from 'node:path';
import * as vscode from 'vscode';

/** Where the last file was saved, for as long as the window is open. */
let lastFolder: vscode.Uri | undefined;

/** Asks where to save a file under a proposed name; `undefined` when the user changed their mind. */
export async function askWhere(name: string): Promise<vscode.Uri | undefined> {
  const folder = lastFolder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const extension = path.extname(name).slice(1);
  const uri = await vscode.window.showSaveDialog({
    defaultUri: folder ? vscode.Uri.joinPath(folder, name) : vscode.Uri.file(name),
    filters: { [extension.toUpperCase()]: [extension] },
    title: vscode.l10n.t('Save {0}', name),
  });
  if (uri) lastFolder = vscode.Uri.joinPath(uri, '..');
  return uri;
}

/** Writes the file, and offers to open it. */
export async function writeFile(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
  await vscode.workspace.fs.writeFile(uri, bytes);
  const open = vscode.l10n.t('Open');
  const name = path.posix.basename(uri.path);
  // Not awaited: the file is written, the message may stay for as long as it is read.
  void vscode.window.showInformationMessage(vscode.l10n.t('Saved {0}.', name), open).then((chosen) => {
    if (chosen) void vscode.commands.executeCommand('vscode.open', uri);
  });
}
