import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fixture, headlight, select, show, until, useFixtures } from './support';

/** Runs the command and calls `step` again and again, for the pick can't be seen from here, until it ends. */
async function fill(step: string): Promise<void> {
  let ended = false;
  const running = vscode.commands.executeCommand('headlight.fillMask').then(() => (ended = true));
  const timer = setInterval(() => void vscode.commands.executeCommand(step), 300);
  try {
    await until('Fill Mask ends', () => ended);
  } finally {
    clearInterval(timer);
  }
  await running;
}

describe('Fill Mask', () => {
  before(useFixtures);
  afterEach(closeAll);

  async function best(text: string): Promise<string> {
    const { engine } = await headlight();
    const { masks } = await engine.request('fill', { model: fixture('bert-masked'), text });
    return masks[0]!.candidates[0]!.text;
  }

  it('writes the chosen candidate in place of the mask, as one undo step', async () => {
    const { document } = await show('The [MASK] was empty.');
    await fill('workbench.action.acceptSelectedQuickOpenItem');
    assert.equal(document.getText(), `The ${await best('The [MASK] was empty.')} was empty.`);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'The [MASK] was empty.');
  });

  it('fills several masks one after the other, each choice read by the model, as one undo step', async () => {
    const { document } = await show('The [MASK] was [MASK].');
    await fill('workbench.action.acceptSelectedQuickOpenItem');
    const first = await best('The [MASK] was [MASK].');
    const second = await best(`The ${first} was [MASK].`);
    assert.equal(document.getText(), `The ${first} was ${second}.`);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'The [MASK] was [MASK].');
  });

  it('works on the selection alone', async () => {
    const text = 'A [MASK] here.\nThe [MASK] was empty.';
    const editor = await show(text);
    select(editor, 15, text.length);
    await fill('workbench.action.acceptSelectedQuickOpenItem');
    const word = await best('The [MASK] was empty.');
    assert.equal(editor.document.getText(), `A [MASK] here.\nThe ${word} was empty.`);
  });

  it('leaves everything as it was when it is left', async () => {
    const { document } = await show('The [MASK] was empty.');
    const { version } = document;
    await fill('workbench.action.closeQuickOpen');
    assert.equal(document.getText(), 'The [MASK] was empty.');
    assert.equal(document.version, version);
  });

  it('ends without a mask, and changes nothing', async () => {
    const { document } = await show('The beach was empty.');
    await vscode.commands.executeCommand('headlight.fillMask');
    assert.equal(document.getText(), 'The beach was empty.');
  });
});
