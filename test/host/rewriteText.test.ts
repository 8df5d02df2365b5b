import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeAll,
  configure,
  fixture,
  headlight,
  runThroughPick,
  select,
  show,
  until,
  useFixtures,
} from './support';

const run = (command: string): Thenable<unknown> => vscode.commands.executeCommand(`headlight.${command}`);

const text = 'Before.\n\nThe old lighthouse stood near the beach.\n\nAfter.\n';
const sentence = 'The old lighthouse stood near the beach.';

/** Longer than the window of the small models, which is 128 tokens. */
const long = Array.from(
  { length: 8 },
  (_, index) =>
    `Part ${index}. ${'The dog slept near the old house, and the sun was warm. '.repeat(3).trim()}`,
);

describe('Rewrite', () => {
  before(useFixtures);
  afterEach(async () => {
    await run('dropRewrite');
    await closeAll();
  });

  const diffs = (): vscode.Tab[] =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputTextDiff);

  async function rewriteOf(part: string, model = 'marian', task?: string): Promise<string> {
    const { engine } = await headlight();
    const result = await engine.request('rewrite', {
      model: fixture(model),
      text: part,
      ...(task && { task }),
    });
    return result.text.trim();
  }

  async function rewritten(content = text, offset = text.indexOf('stood')): Promise<vscode.TextEditor> {
    const editor = await show(content);
    select(editor, offset);
    await run('rewriteText');
    return editor;
  }

  it('shows what the model writes in a diff beside the text, which stays as it is', async () => {
    const { document } = await rewritten();
    assert.equal(document.getText(), text);
    assert.equal(diffs().length, 1);
    const { original, modified } = diffs()[0]!.input as vscode.TabInputTextDiff;
    assert.equal((await vscode.workspace.openTextDocument(original)).getText(), sentence);
    const expected = await rewriteOf(sentence);
    const after = await vscode.workspace.openTextDocument(modified);
    await until('the diff shows all that was written', () => after.getText() === expected);
  });

  it('writes it when it is accepted, as one undo step, and closes the diff', async () => {
    const { document } = await rewritten();
    const expected = text.replace(sentence, await rewriteOf(sentence));
    await run('acceptRewrite');
    assert.equal(document.getText(), expected);
    assert.deepEqual(diffs(), []);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });

  it('leaves the text alone when it is dropped, or when the diff is closed', async () => {
    const { document } = await rewritten();
    await run('dropRewrite');
    assert.deepEqual(diffs(), []);
    await run('rewriteText');
    await vscode.window.tabGroups.close(diffs());
    await until('the rewrite is dropped', () => true);
    assert.equal((await headlight()).rewrites.proposal, undefined);
    assert.equal(document.getText(), text);
  });

  it('goes through a long text paragraph by paragraph', async () => {
    const editor = await show(long.join('\n\n'));
    select(editor, 0, editor.document.getText().length);
    await run('rewriteText');
    const expected: string[] = [];
    for (const paragraph of long) expected.push(await rewriteOf(paragraph));
    assert.equal((await headlight()).rewrites.proposal!.text, expected.join('\n\n'));
  });

  it('keeps what is done when it is stopped', async () => {
    const { rewrites } = await headlight();
    const editor = await show(long.join('\n\n'));
    select(editor, 0, editor.document.getText().length);
    const running = run('rewriteText');
    const first = await rewriteOf(long[0]!);
    const proposal = await until('the first paragraph is done', () => {
      const { proposal } = rewrites;
      return proposal?.text.startsWith(`${first}\n\n`) ? proposal : undefined;
    });
    await run('stop');
    await running;
    assert(proposal.text.endsWith(long.at(-1)!), 'the last paragraph is as it was');
    await run('acceptRewrite');
    assert.equal(editor.document.getText(), proposal.text);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), long.join('\n\n'));
  });

  it('is not written over a text that was changed meanwhile', async () => {
    const editor = await rewritten();
    await editor.edit((edit) => edit.insert(editor.document.positionAt(text.indexOf('stood')), 'x'));
    const changed = editor.document.getText();
    await run('acceptRewrite');
    assert.equal(editor.document.getText(), changed);
  });

  it('follows edits elsewhere', async () => {
    const editor = await rewritten();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'More. '));
    await run('acceptRewrite');
    assert.equal(editor.document.getText(), `More. ${text.replace(sentence, await rewriteOf(sentence))}`);
  });

  it("has one of T5's tasks chosen, the last one first", async () => {
    await configure({ 'models.rewrite': fixture('t5') });
    try {
      const { memory, rewrites } = await headlight();
      await memory.update('lastRewriting', 'translation_en_to_de');
      const editor = await show(text);
      select(editor, text.indexOf('stood'));
      await runThroughPick('headlight.rewriteText');
      const expected = await rewriteOf(sentence, 't5', 'translation_en_to_de');
      assert.equal(rewrites.proposal?.text, expected);
    } finally {
      await useFixtures();
    }
  });

  it('refuses a model of another family', async () => {
    await configure({ 'models.rewrite': fixture('bert-masked') });
    try {
      await rewritten();
      assert.deepEqual(diffs(), []);
    } finally {
      await useFixtures();
    }
  });
});
