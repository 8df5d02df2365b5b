import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fixture, headlight, select, show, useFixtures } from './support';

const run = (): Thenable<unknown> => vscode.commands.executeCommand('headlight.analyzeSentiment');

describe('Analyze Sentiment', () => {
  before(useFixtures);
  afterEach(closeAll);

  const text = 'A heading\n\nThe food was good. 🙂 It was bad.\n\nMore.';

  /** The marked parts of the document. */
  async function marked({ document }: vscode.TextEditor): Promise<string[]> {
    const { marks } = await headlight();
    return marks.marksOf(document).map(({ start, end }) => document.getText().slice(start, end));
  }

  async function judged(): Promise<vscode.TextEditor> {
    const editor = await show(text);
    select(editor, 15);
    await run();
    return editor;
  }

  it("marks each sentence of the paragraph with the model's own labels and probabilities", async () => {
    const editor = await judged();
    const { engine, marks } = await headlight();
    const paragraph = 'The food was good. 🙂 It was bad.';
    const result = await engine.request('sentiment', { model: fixture('bert-sentiment'), text: paragraph });
    assert(result.sentences.length > 1);
    assert.deepEqual(
      await marked(editor),
      result.sentences.map(({ start, end }) => paragraph.slice(start, end)),
    );
    assert.deepEqual(
      marks.marksOf(editor.document).map(({ label, scores }) => ({ label, scores })),
      result.sentences.map(({ label, scores }) => ({ label, scores })),
    );
    assert(marks.summary()?.text.includes(result.label));
  });

  it('judges the selection alone', async () => {
    const editor = await show(text);
    const start = text.indexOf('The food');
    select(editor, start, start + 'The food was good.'.length);
    await run();
    assert.deepEqual(await marked(editor), ['The food was good.']);
  });

  it('shows the verdict in the status bar', async () => {
    await judged();
    const { status, marks } = await headlight();
    assert.equal(status.text, `Headlight: ${marks.summary()!.text}`);
  });

  it('moves the marks with edits before them', async () => {
    const editor = await judged();
    const before = await marked(editor);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Some more of '));
    assert.deepEqual(await marked(editor), before);
  });

  it('takes the marks away when the judged text changes', async () => {
    const editor = await judged();
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 4), 'x'));
    assert.deepEqual(await marked(editor), []);
    assert.equal((await headlight()).status.text, 'Headlight');
  });

  it('takes the marks away when text is written onto their end', async () => {
    const editor = await judged();
    await editor.edit((edit) => edit.insert(editor.document.lineAt(2).range.end, '!'));
    assert.deepEqual(await marked(editor), []);
  });

  it('takes the marks away on request', async () => {
    const editor = await judged();
    await vscode.commands.executeCommand('headlight.clearSentiment');
    assert.deepEqual(await marked(editor), []);
  });

  it('does nothing where there is no text', async () => {
    const editor = await show('One\n\n\n\nTwo');
    select(editor, 5);
    await run();
    assert.deepEqual(await marked(editor), []);
  });
});
