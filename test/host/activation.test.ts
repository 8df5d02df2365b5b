import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { headlight } from './support';

describe('activation', () => {
  const extension = () => vscode.extensions.getExtension('headlight.headlight');

  // The first test of all, in a window that has shown no document yet. Headlight may be there by now: VS Code's own
  // boxes for text are plain text, in which ghost text comes.
  it('starts no engine in a window without a document', async () => {
    assert(extension(), 'the extension is not loaded');
    assert.equal((await headlight()).engine.pid, undefined);
  });

  it('comes with a prose document, and starts no engine', async () => {
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ language: 'markdown', content: 'A line.' }),
    );
    const { engine } = await headlight();
    assert.equal(extension()?.isActive, true);
    assert.equal(engine.pid, undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
