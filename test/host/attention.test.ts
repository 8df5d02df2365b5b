import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, configure, fixture, headlight, select, show, sleep, until, useFixtures } from './support';

describe('Show Attention', () => {
  before(useFixtures);
  afterEach(async () => {
    (await headlight()).attention.panel?.dispose();
    await closeAll();
  });

  const text = 'A heading\n\nThe beach was empty today.\n';

  async function marked(): Promise<string> {
    const { attention } = await headlight();
    // The view marks it once its page is there, which takes long on a busy machine.
    const { document, range } = await until('a token is marked', () => attention.panel?.marked, 40_000);
    return document.getText(range);
  }

  it('opens the view beside the text, which marks the focused token in the document', async () => {
    const editor = await show(text);
    select(editor, 15);
    await vscode.commands.executeCommand('headlight.showAttention');
    // The view has loaded, asked for the picture, and focused the token at the cursor.
    const token = await marked();
    assert(token !== '' && 'beach'.startsWith(token), token);
    assert.equal(vscode.window.activeTextEditor?.document, editor.document);
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('keeps one view, and shows the text that was asked for last', async () => {
    const editor = await show(text);
    select(editor, 11, 20);
    await vscode.commands.executeCommand('headlight.showAttention');
    const { attention } = await headlight();
    const { panel } = attention;
    await marked();
    select(editor, 0, 9);
    await vscode.commands.executeCommand('headlight.showAttention');
    assert.equal(attention.panel, panel);
    await until('the new text is followed', () => panel?.marked?.range.start.line === 0);
  });

  it('reads the text again when it changes, and marks what is being written', async () => {
    const editor = await show(text);
    select(editor, 15);
    await vscode.commands.executeCommand('headlight.showAttention');
    await marked();
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 4), 'x'));
    assert.equal((await headlight()).attention.panel?.marked, undefined, 'while it is not read yet');
    assert('xbeach'.includes(await marked()));
  });

  it('goes on with the paragraph at the cursor when another is begun below', async () => {
    const editor = await show('The beach was empty.');
    await vscode.commands.executeCommand('headlight.showAttention');
    await marked();
    const { attention } = await headlight();
    const shown = () => attention.panel!.reading('a').source.text;
    for (const typed of ['\n', '\n', 'A boat']) await vscode.commands.executeCommand('type', { text: typed });
    await until('the new paragraph is shown', () => shown() === 'A boat');
    await vscode.commands.executeCommand('type', { text: ' came' });
    await until('it goes on', () => shown() === 'A boat came');
    assert.equal(editor.document.getText(), 'The beach was empty.\n\nA boat came');
  });

  it('is tied to its text again when the document is opened again, and when an edit is taken back', async () => {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'again.md');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    try {
      // The command: a document that an extension opens stays open for minutes.
      const open = async (): Promise<vscode.TextEditor> => {
        await vscode.commands.executeCommand('vscode.open', uri, vscode.ViewColumn.One);
        return until('it is seen', () => {
          const { activeTextEditor: editor } = vscode.window;
          return editor?.document.uri.toString() === uri.toString() && editor;
        });
      };
      // Its group stays, and the view beside it.
      await show('Another document.');
      select(await open(), 15);
      await vscode.commands.executeCommand('headlight.showAttention');
      await marked();
      const { attention } = await headlight();
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await until('the document is closed', () => attention.panel!.marked === undefined);
      const editor = await open();
      await marked();
      select(editor, text.indexOf('today') + 2);
      await until('the cursor is followed', () =>
        'today'.includes(editor.document.getText(attention.panel!.marked?.range)),
      );

      const reading = attention.panel!.reading('a');
      await editor.edit((edit) => edit.insert(new vscode.Position(2, 4), 'x'));
      await editor.edit((edit) => edit.delete(new vscode.Range(2, 4, 2, 5)));
      assert.equal(attention.panel!.marked, undefined);
      await marked();
      assert.equal(attention.panel!.reading('a'), reading);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    } finally {
      await vscode.workspace.fs.delete(uri);
    }
  });

  it('reads what it shows again, when its view has the focus and no text', async () => {
    const editor = await show(text);
    select(editor, 15);
    await vscode.commands.executeCommand('headlight.showAttention');
    await marked();
    const { panel } = (await headlight()).attention;
    const reading = panel!.reading('a');
    reading.stop();
    await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
    await until('the view has the focus', () => !vscode.window.activeTextEditor && panel!.isActive);
    await vscode.commands.executeCommand('headlight.showAttention');
    assert.notEqual(panel!.reading('a'), reading);
    assert.equal(panel!.reading('a').source.text, 'The beach was empty today.');
    await marked();
  });

  it('leaves the document where it is scrolled to, be it also of a selection whose end is out of sight', async () => {
    const long = `The beach was empty.${'\n'.repeat(300)}Today.`;
    const editor = await show(long);
    const { document } = editor;
    editor.selection = new vscode.Selection(document.positionAt(long.length), document.positionAt(0));
    editor.revealRange(new vscode.Range(0, 0, 0, 0), vscode.TextEditorRevealType.AtTop);
    await until('its beginning is seen', () => editor.visibleRanges[0]?.start.line === 0);
    await vscode.commands.executeCommand('headlight.showAttention');
    // A selection has no cursor: the view focuses its last token.
    const { attention } = await headlight();
    await until('its end is marked', () => attention.panel?.marked?.range.start.line === 300, 40_000);
    const { mark } = attention.panel!;
    const scrolled: number[] = [];
    const listening = vscode.window.onDidChangeTextEditorVisibleRanges(({ visibleRanges }) =>
      scrolled.push(visibleRanges[0]?.start.line ?? 0),
    );
    try {
      // What the view is asked to mark without scrolling, and then what its user focuses.
      await sleep(300);
      assert.deepEqual(scrolled, []);
      assert.equal(editor.visibleRanges[0]?.start.line, 0);
      const start = long.indexOf('Today');
      mark.show({ start, end: start + 5 }, true);
      await until('the token is seen', () => editor.visibleRanges[0]!.end.line >= 300);
    } finally {
      listening.dispose();
    }
  });

  it('shows the window of a long text in which the cursor stands, and goes with it', async () => {
    const sentence = 'The old lighthouse stood near the beach.\n';
    const long = sentence.repeat(60);
    const editor = await show(long);
    const at = (line: number) => line * sentence.length + sentence.indexOf('beach') + 2;
    const { attention } = await headlight();
    const markedLine = (line: number) =>
      until(`line ${line} is marked`, () => attention.panel?.marked?.range.start.line === line, 40_000);
    select(editor, at(40));
    await vscode.commands.executeCommand('headlight.showAttention');
    await markedLine(40);
    const first = attention.panel!.reading('a').window!;
    assert(first.index > 0 && first.start < at(40) && at(40) < first.end, JSON.stringify(first));

    await editor.edit((edit) => edit.insert(editor.document.positionAt(at(40)), 'x'));
    await until('the new text is read', () => attention.panel!.reading('a').source.text.includes('bexach'));
    await markedLine(40);

    select(editor, at(2));
    await markedLine(2);
    assert.equal(attention.panel!.reading('a').window!.index, 0);
  });

  it('shows a causal model too', async () => {
    await configure({ 'models.attention': fixture('gpt2-optimum') });
    try {
      const editor = await show(text);
      select(editor, 15);
      await vscode.commands.executeCommand('headlight.showAttention');
      assert('beach'.includes((await marked()).trim()));
    } finally {
      await useFixtures();
    }
  });
});
