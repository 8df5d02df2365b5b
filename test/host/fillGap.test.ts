import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fixture, headlight, leave, runThroughPick, select, show, useFixtures } from './support';

const fill = (step?: string): Promise<void> => runThroughPick('headlight.fillGap', step, 30_000);

describe('Fill a Gap', () => {
  before(useFixtures);
  afterEach(closeAll);

  async function best(text: string): Promise<string> {
    const { engine } = await headlight();
    const { gaps } = await engine.request('infill', { model: fixture('t5'), text, top: 8 });
    return gaps[0]!.candidates[0]!.text;
  }

  it('writes the best of what T5 would say at a mask, as one undo step', async () => {
    const { document } = await show('The dog [MASK] near the house.');
    await fill();
    const words = await best('The dog [MASK] near the house.');
    assert.equal(document.getText(), `The dog ${words} near the house.`);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'The dog [MASK] near the house.');
  });

  it('fills the place of the selected words', async () => {
    const editor = await show('One.\n\nThe dog slept near the house.\n');
    select(
      editor,
      editor.document.getText().indexOf('slept'),
      editor.document.getText().indexOf(' the house'),
    );
    await fill();
    const words = await best('The dog [MASK] the house.');
    assert.equal(editor.document.getText(), `One.\n\nThe dog ${words} the house.\n`);
  });

  it('fills a gap at the cursor, with the spaces that words need', async () => {
    const editor = await show('The dog near the house.');
    select(editor, 'The dog'.length);
    await fill();
    const words = await best('The dog [MASK] near the house.');
    assert.equal(editor.document.getText(), `The dog ${words} near the house.`);
  });

  it('leaves everything as it was when it is left', async () => {
    const { document } = await show('The dog [MASK] near the house.');
    await fill(leave);
    assert.equal(document.getText(), 'The dog [MASK] near the house.');
  });
});
