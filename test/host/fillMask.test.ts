import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { pickMaskByMask } from '../../src/editor/masks/pickMaskByMask';
import { writeFillings } from '../../src/editor/masks/writeFillings';
import { FollowedRegion } from '../../src/views/followedRegion';
import {
  accept,
  closeAll,
  fixture,
  headlight,
  leave,
  until,
  runThroughPick,
  select,
  show,
  useFixtures,
} from './support';

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

  it('fills masks on several lines that end in CRLF, as one undo step', async () => {
    const text = 'The [MASK]\r\nwas [MASK].\r\n\r\nMore.';
    const editor = await show(text);
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    assert.equal(editor.document.getText(), text);
    select(editor, 5);
    const [first, second] = await best('The [MASK]\r\nwas [MASK].');
    const wanted = `The ${first}\r\nwas ${second}.\r\n\r\nMore.`;
    await fill();
    assert.equal(editor.document.getText(), wanted);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), text);
    // The command shows what this throws when the text isn't what it wanted to write.
    const part = text.slice(0, text.indexOf('\r\n\r\n'));
    const last = part.lastIndexOf('[MASK]');
    await writeFillings(editor, { start: 0, end: part.length }, part, [
      { start: 4, end: 10, text: first! },
      { start: last, end: last + 6, text: second! },
    ]);
    assert.equal(editor.document.getText(), wanted);
  });

  it('asks for the words of the first mask too when they are chosen one after the other', async () => {
    const { document } = await show('The [MASK] was [MASK].');
    const region = new FollowedRegion(document, { start: 0, end: 22 });
    const original = vscode.window.createQuickPick;
    const picks: vscode.QuickPick<vscode.QuickPickItem>[] = [];
    vscode.window.createQuickPick = (() => {
      picks.push(original());
      return picks.at(-1)!;
    }) as typeof original;
    try {
      const asked: string[][] = [];
      const chosen = pickMaskByMask({
        title: 'Fill Mask',
        masks: [
          { start: 4, end: 10 },
          { start: 15, end: 21 },
        ],
        candidatesAfter: (fillings) => {
          asked.push(fillings.map((filling) => filling.text));
          const word = asked.length === 1 ? 'lighthouse' : 'empty';
          return Promise.resolve({ words: [{ text: word, probability: 0.5 }], truncated: asked.length > 1 });
        },
        preview: () => undefined,
        region,
      });
      const pick = await until('the pick', () => picks[0]);
      const labels = (): string => pick.items.map(({ label }) => label).join();
      await until('words of the first', () => labels() === 'lighthouse');
      assert.equal(pick.placeholder, 'Choose what stands at mask 1 of 2');
      const timer = setInterval(() => void vscode.commands.executeCommand(accept), 300);
      try {
        await until('words of the second', () => labels() === 'empty');
        assert.match(
          pick.placeholder,
          /2 of 2 · chosen: “lighthouse” · .*longer than what the model can read/,
        );
        assert.deepEqual(
          (await chosen)?.map(({ text }) => text),
          ['lighthouse', 'empty'],
        );
      } finally {
        clearInterval(timer);
      }
      assert.deepEqual(asked, [[], ['lighthouse']]);
    } finally {
      vscode.window.createQuickPick = original;
      region.dispose();
    }
  });
});
