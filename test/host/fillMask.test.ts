import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fixture, headlight, leave, runThroughPick, select, show, useFixtures } from './support';

const fill = (step?: string): Promise<void> => runThroughPick('headlight.fillMask', step);

describe('Fill Mask', () => {
  before(useFixtures);
  afterEach(closeAll);

  /** The words of the most probable filling of a text's masks. */
  async function best(text: string): Promise<string[]> {
    const { engine } = await headlight();
    const model = fixture('bert-masked');
    const { fillings } = await engine.request('fill', { model, text, fillings: 12, maxTokens: 2 });
    return fillings![0]!.masks.map((mask) => mask.text);
  }

  it('writes the chosen candidate in place of the mask, as one undo step', async () => {
    const { document } = await show('The [MASK] was empty.');
    await fill();
    assert.equal(document.getText(), `The ${(await best('The [MASK] was empty.'))[0]} was empty.`);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'The [MASK] was empty.');
  });

  it('fills several masks together, as one undo step', async () => {
    const { document } = await show('The [MASK] was [MASK].');
    await fill();
    const [first, second] = await best('The [MASK] was [MASK].');
    assert.equal(document.getText(), `The ${first} was ${second}.`);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'The [MASK] was [MASK].');
  });

  it('works on the selection alone', async () => {
    const text = 'A [MASK] here.\nThe [MASK] was empty.';
    const editor = await show(text);
    select(editor, 15, text.length);
    await fill();
    const [word] = await best('The [MASK] was empty.');
    assert.equal(editor.document.getText(), `A [MASK] here.\nThe ${word} was empty.`);
  });

  it('leaves everything as it was when it is left', async () => {
    const { document } = await show('The [MASK] was empty.');
    const { version } = document;
    await fill(leave);
    assert.equal(document.getText(), 'The [MASK] was empty.');
    assert.equal(document.version, version);
  });

  it('writes nothing when the text is changed while the model is loaded', async () => {
    await vscode.commands.executeCommand('headlight.restartEngine');
    const editor = await show('The [MASK] was empty.\n\nMore.');
    select(editor, 5);
    const running = vscode.commands.executeCommand('headlight.fillMask');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 4), 'old '));
    await running;
    assert.equal(editor.document.getText(), 'The old [MASK] was empty.\n\nMore.');
  });

  it('follows edits elsewhere while the model is loaded', async () => {
    await vscode.commands.executeCommand('headlight.restartEngine');
    const editor = await show('A heading\n\nThe [MASK] was empty.');
    const running = fill();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Not '));
    await running;
    const [word] = await best('The [MASK] was empty.');
    assert.equal(editor.document.getText(), `Not A heading\n\nThe ${word} was empty.`);
  });

  it('ends without a mask, and changes nothing', async () => {
    const { document } = await show('The beach was empty.');
    await vscode.commands.executeCommand('headlight.fillMask');
    assert.equal(document.getText(), 'The beach was empty.');
  });
});
