import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FillParams } from '../../src/protocol/engine';
import {
  closeAll,
  configure,
  fixture,
  headlight,
  leave,
  runThroughPick,
  select,
  show,
  useFixtures,
} from './support';

/** The words that the model would put at the only mask of a text, most probable first. */
async function words(params: Omit<FillParams, 'model'>): Promise<string[]> {
  const { engine } = await headlight();
  const { fillings } = await engine.request('fill', {
    model: fixture('bert-masked'),
    fillings: 60,
    maxTokens: 2,
    ...params,
  });
  return fillings!.map(({ masks }) => masks[0]!.text).filter((word) => /^[\p{L}\p{M}\p{N}'’-]+$/u.test(word));
}

describe('Suggest Other Words', () => {
  before(useFixtures);
  afterEach(closeAll);
  const suggest = () => runThroughPick('headlight.suggestOtherWords');

  it('replaces the word under the cursor by the one that fits best, as one undo step', async () => {
    const editor = await show('The house was empty.');
    select(editor, 6);
    await suggest();
    const [best] = await words({ text: 'The [MASK] was empty.' });
    assert.equal(editor.document.getText(), `The ${best} was empty.`);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), 'The house was empty.');
  });

  it('never suggests the word itself', async () => {
    const ranked = await words({ text: 'The [MASK] was empty.' });
    const editor = await show(`The ${ranked[0]} was empty.`);
    select(editor, 5);
    await suggest();
    assert.equal(editor.document.getText(), `The ${ranked[1]} was empty.`);
  });

  it('keeps the case of the word', async () => {
    const [first] = await words({ text: '[MASK] was empty.' });
    const title = await show('House was empty.');
    select(title, 2);
    await suggest();
    assert.equal(title.document.getText(), `${first![0]!.toUpperCase()}${first!.slice(1)} was empty.`);
    const [other] = await words({ text: 'The [MASK] was empty.' });
    const upper = await show('The HOUSE was empty.');
    select(upper, 6);
    await suggest();
    assert.equal(upper.document.getText(), `The ${other!.toUpperCase()} was empty.`);
  });

  it('reads other masks of the paragraph as masks, and leaves them there', async () => {
    const editor = await show('The [MASK] house was [MASK].');
    select(editor, 13);
    await suggest();
    const [best] = await words({ text: 'The [MASK] [MASK] was [MASK].', only: 1 });
    assert.equal(editor.document.getText(), `The [MASK] ${best} was [MASK].`);
  });

  it('works on a selected word, and not on several', async () => {
    const editor = await show('The old house was empty.');
    select(editor, 8, 13);
    await suggest();
    const [best] = await words({ text: 'The old [MASK] was empty.' });
    assert.equal(editor.document.getText(), `The old ${best} was empty.`);
    const before = editor.document.getText();
    select(editor, 0, 7);
    await vscode.commands.executeCommand('headlight.suggestOtherWords');
    assert.equal(editor.document.getText(), before);
  });

  it('changes nothing when it is left, or where there is no word', async () => {
    const editor = await show('The house was empty.\n\n');
    select(editor, 6);
    await runThroughPick('headlight.suggestOtherWords', leave);
    select(editor, 22);
    await vscode.commands.executeCommand('headlight.suggestOtherWords');
    assert.equal(editor.document.getText(), 'The house was empty.\n\n');
  });

  it('writes nothing when the text changes while the model is loaded', async () => {
    await vscode.commands.executeCommand('headlight.restartEngine');
    const editor = await show('The house was empty.');
    select(editor, 6);
    const running = vscode.commands.executeCommand('headlight.suggestOtherWords');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 4), 'old '));
    await running;
    assert.equal(editor.document.getText(), 'The old house was empty.');
  });
});

describe('Insert Missing Word', () => {
  before(useFixtures);
  afterEach(closeAll);

  const places: [string, string, string][] = [
    ['between two words', 'The old| was empty.', 'The old [MASK] was empty.'],
    ['before a word', 'The |was empty.', 'The [MASK] was empty.'],
    ['before punctuation', 'The house was|.', 'The house was [MASK].'],
    ['at the end of a line', 'The house was|', 'The house was [MASK]'],
    ['behind a space at the end', 'The house was |', 'The house was [MASK]'],
  ];
  for (const [name, marked, masked] of places)
    it(`inserts the best word ${name}, with the spaces it needs, as one undo step`, async () => {
      const offset = marked.indexOf('|');
      const text = marked.replace('|', '');
      const editor = await show(text);
      select(editor, offset);
      await runThroughPick('headlight.insertMissingWord');
      const [best] = await words({ text: masked });
      assert.equal(editor.document.getText(), masked.replace('[MASK]', best!));
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), text);
    });

  it('begins a sentence with a capital', async () => {
    const editor = await show('It rained. was empty.');
    select(editor, 'It rained. '.length);
    await runThroughPick('headlight.insertMissingWord');
    const [best] = await words({ text: 'It rained. [MASK] was empty.' });
    const written = `${best![0]!.toUpperCase()}${best!.slice(1)}`;
    assert.equal(editor.document.getText(), `It rained. ${written} was empty.`);
  });

  it('does nothing inside a word, or where there is no text', async () => {
    const editor = await show('The house\n\n');
    for (const offset of [6, 11]) {
      select(editor, offset);
      await vscode.commands.executeCommand('headlight.insertMissingWord');
    }
    assert.equal(editor.document.getText(), 'The house\n\n');
  });
});

describe('how many tokens a mask may stand for', () => {
  before(useFixtures);
  afterEach(async () => {
    await configure({ 'masks.maxTokens': undefined });
    await closeAll();
  });

  it('is the setting', async () => {
    const editor = await show('The house was empty.');
    for (const maxTokens of [1, 3]) {
      await configure({ 'masks.maxTokens': maxTokens });
      select(editor, 6);
      await runThroughPick('headlight.suggestOtherWords');
      const [best] = await words({ text: 'The [MASK] was empty.', maxTokens });
      assert.equal(editor.document.getText(), `The ${best} was empty.`);
      await vscode.commands.executeCommand('undo');
    }
  });
});
