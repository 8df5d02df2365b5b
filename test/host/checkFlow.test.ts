import assert from 'node:assert/strict';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { isWeak, verdict } from '../../src/editor/flow/flowMarks';
import { closeAll, configure, fixture, headlight, select, show, useFixtures } from './support';

const run = (command: string): Thenable<unknown> => vscode.commands.executeCommand(`headlight.${command}`);

describe('Check Flow', () => {
  before(() => configure({ 'models.nextSentence': '' }));
  after(useFixtures);
  afterEach(closeAll);

  const first = 'She opened the door of the old house. The room behind it was dark and cold.';
  const second = 'Version 2.3 of the compiler drops support for Windows XP.';
  const text = `# A heading\n\n${first} ${second}\n\nNobody had lived there for years.\n`;

  async function judged({
    document,
  }: vscode.TextEditor): Promise<[first: string, second: string, isNext: number][]> {
    const { flow } = await headlight();
    const passage = ({ start, end }: { start: number; end: number }): string =>
      document.getText().slice(start, end);
    return flow
      .jointsOf(document)
      .map((joint) => [passage(joint.first), passage(joint.second), joint.isNext]);
  }

  async function checked(): Promise<vscode.TextEditor> {
    const editor = await show(text);
    select(editor, 0);
    await run('checkFlow');
    return editor;
  }

  it('gives each pair of sentences and of paragraphs the probability that the engine gives it', async () => {
    const found = await judged(await checked());
    const { engine, root } = await headlight();
    const pairs = found.map(([first, second]) => ({ first, second }));
    assert.deepEqual(pairs, [
      { first: 'She opened the door of the old house.', second: 'The room behind it was dark and cold.' },
      { first: 'The room behind it was dark and cold.', second },
      { first: `${first} ${second}`, second: 'Nobody had lived there for years.' },
    ]);
    const model = path.join(root, 'models/headlight-bert');
    const { isNext } = await engine.request('nextSentence', { model, pairs });
    assert.deepEqual(
      found.map(([, , probability]) => probability),
      isNext,
    );
  });

  it('finds that a compiler does not follow a dark room', async () => {
    const [room, compiler] = await judged(await checked());
    assert(room![2] > compiler![2]);
    const { flow } = await headlight();
    const [, weak] = flow.jointsOf(vscode.window.activeTextEditor!.document);
    assert(isWeak(weak!), `${compiler![2]}`);
  });

  it('checks the selection alone', async () => {
    const editor = await show(text);
    select(editor, text.indexOf('She'), text.indexOf(' Version'));
    await run('checkFlow');
    assert.equal((await judged(editor)).length, 1);
  });

  it('moves its marks with edits elsewhere, and drops the one whose passage changes', async () => {
    const editor = await checked();
    const before = await judged(editor);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 2), 'More than '));
    assert.deepEqual(await judged(editor), before);
    await editor.edit((edit) => edit.insert(new vscode.Position(4, 3), 'x'));
    assert.deepEqual(await judged(editor), before.slice(0, 2));
  });

  it('shows a sign with the probability at each weak joint', async () => {
    const editor = await checked();
    const { document } = editor;
    const range = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      document.uri,
      range,
    );
    const weak = (await headlight()).flow.jointsOf(document).filter(isWeak);
    assert(weak.length > 0);
    assert.deepEqual(
      hints.map(({ position }) => document.offsetAt(position)),
      weak.map((joint) => joint.first.end),
    );
    for (const { label } of hints) assert.match(label as string, /^\u26a0\ufe0e [\d.]+%$/);
  });

  it('goes from one weak joint to the next and back', async () => {
    const editor = await checked();
    const starts = (await headlight()).flow
      .jointsOf(editor.document)
      .filter(isWeak)
      .map((joint) => joint.second.start);
    const cursor = (): number => editor.document.offsetAt(editor.selection.active);
    for (const start of [...starts, starts[0]]) {
      await run('nextWeakJoint');
      assert.equal(cursor(), start);
    }
    await run('previousWeakJoint');
    assert.equal(cursor(), starts.at(-1));
  });

  it('takes the marks away on request', async () => {
    const editor = await checked();
    await run('clearFlow');
    assert.deepEqual(await judged(editor), []);
  });

  it('tells of the order of sentences with a model that was trained on that', async () => {
    await configure({ 'models.nextSentence': fixture('albert-order') });
    try {
      const { document } = await checked();
      const [first] = (await headlight()).flow.jointsOf(document);
      assert.match(
        verdict(first!),
        /the two sentences stand in the right order with a probability of [\d.]+%/,
      );
    } finally {
      await configure({ 'models.nextSentence': '' });
    }
  });

  it('marks nothing where there are no two sentences, and with a model that has no such head', async () => {
    const alone = await show('Only one sentence here.');
    await run('checkFlow');
    assert.deepEqual(await judged(alone), []);
    await configure({ 'models.nextSentence': fixture('bert-masked') });
    try {
      assert.deepEqual(await judged(await checked()), []);
    } finally {
      await configure({ 'models.nextSentence': '' });
    }
  });
});
