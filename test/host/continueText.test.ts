import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, configure, fixture, headlight, select, show, sleep, until, useFixtures } from './support';

const run = (): Thenable<unknown> => vscode.commands.executeCommand('headlight.continueText');
const undo = (): Thenable<unknown> => vscode.commands.executeCommand('undo');

/** What the model itself writes after `text`. */
async function continuation(text: string, maxNewTokens: number): Promise<string> {
  const { engine } = await headlight();
  const model = fixture('gpt2-optimum');
  return (await engine.request('continue', { model, text, options: { maxNewTokens } })).text;
}

/** Calls `act` once, after the first piece was written into `document`. */
function afterFirstPiece(document: vscode.TextDocument, act: () => unknown): vscode.Disposable {
  let acted = false;
  return vscode.workspace.onDidChangeTextDocument((event) => {
    if (acted || event.document !== document || event.contentChanges.length === 0) return;
    acted = true;
    act();
  });
}

/** Inserts `<here>`; VS Code refuses an edit that another one, such as the next piece, has overtaken. */
async function insertHere(document: vscode.TextDocument, offset: number): Promise<void> {
  for (let isWritten = false; !isWritten;) {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(offset), '<here>');
    isWritten = await vscode.workspace.applyEdit(edit);
  }
}

/**
 * Runs the command with the engine's process stopped most of the time: a small model would else have written
 * everything before anything can come between.
 * @param between what comes between, once it has begun: the process stays stopped until it is done
 */
async function runSlowly(between: () => Promise<void> | undefined = () => undefined): Promise<void> {
  const pid = (await headlight()).engine.pid!;
  let ended = false;
  const running = run().then(() => (ended = true));
  try {
    while (!ended) {
      process.kill(pid, 'SIGSTOP');
      await sleep(20);
      await between();
      process.kill(pid, 'SIGCONT');
      await sleep(2);
    }
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await running;
}

describe('Continue Text', () => {
  before(useFixtures);
  beforeEach(() => configure({ 'continue.maxNewTokens': 12 }));
  afterEach(closeAll);
  after(() => configure({ 'continue.maxNewTokens': undefined }));

  it('writes what the model gives at the cursor, as one undo step', async () => {
    const { document } = await show('The old lighthouse');
    await run();
    const expected = await continuation('The old lighthouse', 12);
    assert(expected.length > 0);
    assert.equal(document.getText(), 'The old lighthouse' + expected);
    await undo();
    assert.equal(document.getText(), 'The old lighthouse');
  });

  it('leaves the cursor behind what it wrote', async () => {
    const editor = await show('The old lighthouse');
    await run();
    assert(editor.selection.isEmpty);
    assert.equal(editor.document.offsetAt(editor.selection.active), editor.document.getText().length);
  });

  it('reads a selection alone and writes right after it', async () => {
    const text = 'Before. The old lighthouse| stood there.';
    const editor = await show(text.replace('|', ''));
    select(editor, 8, text.indexOf('|'));
    await run();
    const expected = await continuation('The old lighthouse', 12);
    assert.equal(editor.document.getText(), text.replace('|', expected));
    // Typing on must replace nothing.
    await until('the cursor stands behind the text', () => editor.selection.isEmpty);
    assert.equal(editor.document.offsetAt(editor.selection.active), text.indexOf('|') + expected.length);
    await undo();
    assert.equal(editor.document.getText(), text.replace('|', ''));
  });

  it('continues each of several selections for itself, as one undo step', async () => {
    const text = 'The beach was empty\n\nThe old lighthouse\n';
    const editor = await show(text);
    const { document } = editor;
    editor.selections = [
      new vscode.Selection(document.positionAt(0), document.positionAt(19)),
      new vscode.Selection(document.positionAt(21), document.positionAt(39)),
    ];
    await run();
    const [first, second] = [
      await continuation('The beach was empty', 12),
      await continuation('The old lighthouse', 12),
    ];
    assert.equal(document.getText(), `The beach was empty${first}\n\nThe old lighthouse${second}\n`);
    await undo();
    assert.equal(document.getText(), text);
  });

  it('keeps what the user undid before apart', async () => {
    const editor = await show('The old');
    await vscode.commands.executeCommand('type', { text: ' house' });
    await run();
    await undo();
    assert.equal(editor.document.getText(), 'The old house');
  });

  it('does not double a blank before the cursor', async () => {
    const { document } = await show('The old ');
    await run();
    assert.doesNotMatch(document.getText(), /^The old {2}/);
    const expected = await continuation('The old', 12);
    assert.equal(document.getText(), 'The old ' + expected.replace(/^[ \t]+/, ''));
  });

  it('writes line ends as the document has them', async () => {
    const editor = await show('One\nTwo');
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    await run();
    const expected = await continuation('One\nTwo', 12);
    assert.equal(editor.document.getText(), ('One\nTwo' + expected).replace(/\r\n?|\n/g, '\r\n'));
  });

  it('stops at once on request, and what was written stays', async () => {
    await configure({ 'continue.maxNewTokens': 100 });
    const { document } = await show('The old lighthouse');
    const whole = await continuation('The old lighthouse', 100);
    const watching = afterFirstPiece(document, () => vscode.commands.executeCommand('headlight.stop'));
    await runSlowly();
    watching.dispose();
    const written = document.getText().slice('The old lighthouse'.length);
    assert(whole.startsWith(written));
    assert(written.length > 0 && written.length < whole.length);
    await sleep(300);
    assert.equal(document.getText(), 'The old lighthouse' + written);
  });

  it('follows its place through edits elsewhere', async () => {
    await configure({ 'continue.maxNewTokens': 40 });
    const { document } = await show('Some words.\n\nThe old lighthouse');
    const expected = await continuation('Some words.\n\nThe old lighthouse', 40);
    let edited: Thenable<boolean> | undefined;
    const watching = afterFirstPiece(document, () => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(0, 0, 0, 4), 'A few more');
      edited = vscode.workspace.applyEdit(edit);
    });
    await runSlowly();
    watching.dispose();
    assert.equal(await edited, true);
    assert.equal(document.getText(), 'A few more words.\n\nThe old lighthouse' + expected);
  });

  it('stops when the text is changed where it writes', async () => {
    await configure({ 'continue.maxNewTokens': 100 });
    const { document } = await show('The old lighthouse');
    const whole = await continuation('The old lighthouse', 100);
    let edit: Promise<void> | undefined;
    const watching = afterFirstPiece(
      document,
      () => (edit = insertHere(document, 'The old lighthouse'.length)),
    );
    await runSlowly(() => edit);
    watching.dispose();
    await until('the edit', () => document.getText().includes('<here>'));
    const written = document.getText().replace('<here>', '').slice('The old lighthouse'.length);
    assert(whole.startsWith(written));
    assert(written.length < whole.length);
  });

  it('stops when its text is undone', async () => {
    await configure({ 'continue.maxNewTokens': 100 });
    const { document } = await show('The old lighthouse');
    const watching = afterFirstPiece(document, () => undo());
    await runSlowly();
    watching.dispose();
    await sleep(300);
    assert.equal(document.getText(), 'The old lighthouse');
  });

  it('stops when the document goes out of sight, and what was written stays', async () => {
    await configure({ 'continue.maxNewTokens': 100 });
    const { document } = await show('The old lighthouse');
    const whole = await continuation('The old lighthouse', 100);
    const watching = afterFirstPiece(document, () => show('Another document'));
    await runSlowly();
    watching.dispose();
    const written = document.getText().slice('The old lighthouse'.length);
    assert(whole.startsWith(written));
    assert(written.length < whole.length);
    await sleep(300);
    assert.equal(document.getText(), 'The old lighthouse' + written);
  });

  it('goes on when the language of the document is changed', async () => {
    await configure({ 'continue.maxNewTokens': 40 });
    const { document } = await show('The old lighthouse');
    const whole = await continuation('The old lighthouse', 40);
    const watching = afterFirstPiece(document, () =>
      vscode.languages.setTextDocumentLanguage(document, 'plaintext'),
    );
    await runSlowly();
    watching.dispose();
    assert.equal(document.languageId, 'plaintext');
    assert.equal(document.getText(), 'The old lighthouse' + whole);
  });

  it('writes nothing into a read-only document', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('read-only-test', {
      provideTextDocumentContent: () => 'The old lighthouse',
    });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('read-only-test:/a.md'));
    const editor = await vscode.window.showTextDocument(document);
    select(editor, 18);
    await run();
    assert.equal(document.getText(), 'The old lighthouse');
    provider.dispose();
  });

  it('has nothing to do without text before the cursor', async () => {
    const editor = await show('The old lighthouse');
    select(editor, 0);
    await run();
    assert.equal(editor.document.getText(), 'The old lighthouse');
  });

  it('leaves the extension host free while a model loads and writes', async () => {
    await configure({ 'continue.maxNewTokens': 100 });
    await vscode.commands.executeCommand('headlight.restartEngine');
    await show('The old lighthouse');
    let longest = 0;
    let fired = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      fired++;
    }, 5);
    await run();
    clearInterval(timer);
    console.log(`      longest gap between timers: ${longest.toFixed(1)} ms, ${fired} fired`);
    assert(fired > 20, `${fired} timers fired`);
    assert(longest < 500, `the event loop stood still for ${longest.toFixed(0)} ms`);
  });
});
