/** The kinds of documents that a writer may have in front of them, beside files. */
import * as vscode from 'vscode';
import { closeAll, show, until } from './support';

export interface Opened {
  readonly editor: vscode.TextEditor;
  readonly close: () => Promise<void>;
}

/** Each shows a Markdown document that holds just this text. */
export const kinds: Record<string, (text: string) => Promise<Opened>> = {
  'an untitled document': async (text) => ({ editor: await show(text), close: closeAll }),
  'a document that is no file of this machine': openElsewhere,
  'a Markdown cell of a notebook': openCell,
};

/** A document of a file system that an extension provides, as remote and virtual ones are. */
async function openElsewhere(text: string): Promise<Opened> {
  const content = Buffer.from(text);
  const stat = { type: vscode.FileType.File, ctime: 0, mtime: 0, size: content.length };
  const nothing = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const elsewhere = vscode.workspace.registerFileSystemProvider('elsewhere', {
    onDidChangeFile: nothing.event,
    watch: () => nothing,
    stat: () => stat,
    readDirectory: () => [],
    readFile: () => content,
    writeFile: () => undefined,
    createDirectory: () => undefined,
    delete: () => undefined,
    rename: () => undefined,
  });
  const close = async (): Promise<void> => {
    await closeAll();
    elsewhere.dispose();
  };
  try {
    // VS Code keeps documents for a while after they are closed: each has a name of its own.
    const uri = vscode.Uri.parse(`elsewhere:/letter-${Date.now()}.md`);
    const document = await vscode.workspace.openTextDocument(uri);
    return { editor: await vscode.window.showTextDocument(document), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openCell(text: string): Promise<Opened> {
  const data = new vscode.NotebookData([
    new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, text, 'markdown'),
  ]);
  const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
  const shown = await vscode.window.showNotebookDocument(notebook);
  shown.selection = new vscode.NotebookRange(0, 1);
  await vscode.commands.executeCommand('notebook.cell.edit');
  const editor = await until('the cell is edited', () => {
    const active = vscode.window.activeTextEditor;
    return active?.document === notebook.cellAt(0).document && active;
  });
  const close = async (): Promise<void> => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await closeAll();
  };
  return { editor, close };
}
