import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  accept,
  closeAll,
  configure,
  fixture,
  headlight,
  select,
  show,
  sleep,
  until,
  useFixtures,
} from './support';

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

  /** The texts that the engine is asked to judge while `work` runs, a list for each request. */
  async function asked(work: () => PromiseLike<unknown>): Promise<string[][]> {
    const { engine } = await headlight();
    const request = engine.request.bind(engine);
    const texts: string[][] = [];
    engine.request = (method, params, options) => {
      if ('texts' in params) texts.push([...params.texts]);
      return request(method, params, options);
    };
    try {
      await work();
    } finally {
      engine.request = request;
    }
    return texts;
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
    const shown = marks.marksOf(editor.document);
    for (const [index, { label, scores }] of result.sentences.entries()) {
      assert.equal(shown[index]!.label, label);
      assert.deepEqual(Object.keys(shown[index]!.scores), Object.keys(scores));
      for (const [name, score] of Object.entries(scores))
        assert(Math.abs(shown[index]!.scores[name]! - score) < 1e-5);
    }
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
    const text = `Headlight: ${marks.summary()!.text}`;
    // The engine says a moment after its result that it has nothing more to do.
    await until(text, () => status.text === text);
  });

  it('moves the marks with edits before them', async () => {
    const editor = await judged();
    const before = await marked(editor);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Some more of '));
    assert.deepEqual(await marked(editor), before);
  });

  it('takes the mark of a sentence away that changes, and sums up the others', async () => {
    const editor = await judged();
    const before = await marked(editor);
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 4), 'x'));
    assert.deepEqual(await marked(editor), before.slice(1));
    assert.match((await headlight()).marks.summary()!.tooltip, /mean of/);
  });

  it('takes the mark of a sentence away when text is written onto its end', async () => {
    const editor = await judged();
    const before = await marked(editor);
    await editor.edit((edit) => edit.insert(editor.document.lineAt(2).range.end, '!'));
    assert.deepEqual(await marked(editor), before.slice(0, -1));
  });

  it('takes everything away with the last mark', async () => {
    const editor = await judged();
    await editor.edit((edit) => edit.delete(editor.document.lineAt(2).range));
    assert.deepEqual(await marked(editor), []);
    const { marks, status } = await headlight();
    assert.equal(marks.any, false);
    await until('no verdict', () => status.text === 'Headlight');
  });

  it('judges the whole document, and asks the engine for no sentence twice', async () => {
    const editor = await show(`${text}\n\n${text}`);
    const [texts] = await asked(() => vscode.commands.executeCommand('headlight.analyzeDocumentSentiment'));
    const sentences = await marked(editor);
    assert.equal(sentences.length, 8);
    assert.equal(new Set(texts).size, texts?.length);
  });

  it('lists the sentences with their verdicts to go to', async () => {
    const editor = await judged();
    let listed = false;
    const listing = vscode.commands.executeCommand('headlight.listSentiment').then(() => (listed = true));
    while (!listed) {
      await vscode.commands.executeCommand(accept);
      await sleep(50);
    }
    await listing;
    assert.equal(editor.document.getText(editor.selection), 'The food was good.');
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

  describe('on hover', () => {
    const hoverAt = async ({ document }: vscode.TextEditor, position: vscode.Position): Promise<string> => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        position,
      );
      return hovers
        .flatMap(({ contents }) => contents as vscode.MarkdownString[])
        .map(({ value }) => value)
        .join('\n\n');
    };

    it('shows every label, and the words that tip the verdict', async () => {
      const editor = await judged();
      const hover = await hoverAt(editor, new vscode.Position(2, 6));
      for (const label of ['sad', 'plain', 'glad']) assert(hover.includes(`| ${label} |`), hover);
      const { engine } = await headlight();
      const { words } = await engine.request('tippingWords', {
        model: fixture('bert-sentiment'),
        text: 'The food was good.',
      });
      const most = words.reduce((a, b) => (Math.abs(b.effect) > Math.abs(a.effect) ? b : a));
      if (Math.abs(most.effect) < 0.005) assert.match(hover, /No single word/);
      else assert(hover.includes(`| ${'The food was good.'.slice(most.start, most.end)} |`), hover);
    });

    it('says nothing where nothing is marked', async () => {
      const editor = await judged();
      assert.equal(await hoverAt(editor, new vscode.Position(0, 3)), '');
      await vscode.commands.executeCommand('headlight.clearSentiment');
      assert.equal(await hoverAt(editor, new vscode.Position(2, 6)), '');
    });
  });

  describe('live', () => {
    afterEach(() => configure({ 'sentiment.live': undefined }));

    it('marks the document in sight, and judges again only the sentence that changes', async () => {
      const editor = await show('The bay was calm. The food was good.\n\nMore of it.');
      await vscode.commands.executeCommand('headlight.toggleLiveSentiment');
      await until('marks', () => vscode.workspace.getConfiguration('headlight').get('sentiment.live'));
      const { marks } = await headlight();
      await until('three sentences', () => marks.marksOf(editor.document).length === 3);
      const texts = await asked(async () => {
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 35), ' indeed'));
        assert.equal(marks.marksOf(editor.document).length, 2);
        await until('three sentences again', () => marks.marksOf(editor.document).length === 3);
      });
      assert.deepEqual(texts, [['The food was good indeed.']]);
    });

    it('takes its marks away when it is switched off, and then asks nothing', async () => {
      const editor = await show('The bay was calm.');
      const { marks } = await headlight();
      await configure({ 'sentiment.live': true });
      await until('a mark', () => marks.marksOf(editor.document).length === 1);
      await configure({ 'sentiment.live': undefined });
      await until('no marks', () => !marks.any);
      const texts = await asked(async () => {
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'So. '));
        await sleep(800);
      });
      assert.deepEqual(texts, []);
    });

    it('leaves code alone', async () => {
      await configure({ 'sentiment.live': true });
      const editor = await show('// The bay was calm.', 'rust');
      await sleep(500);
      assert.deepEqual(await marked(editor), []);
    });

    it('works in an untitled document and in a Markdown cell of a notebook', async () => {
      await configure({ 'sentiment.live': true });
      const { marks } = await headlight();
      const cells = [
        new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, 'The bay was calm.', 'markdown'),
      ];
      const notebook = await vscode.workspace.openNotebookDocument(
        'jupyter-notebook',
        new vscode.NotebookData(cells),
      );
      await vscode.window.showNotebookDocument(notebook);
      await vscode.commands.executeCommand('notebook.cell.edit');
      const { document } = notebook.cellAt(0);
      await until('a mark in the cell', () => marks.marksOf(document).length === 1);
    });
  });

  describe('of a text of a megabyte', () => {
    it('shows verdicts as they come, leaves the editor responsive, and is cancelled', async function () {
      this.timeout(120_000);
      const sentences = Array.from(
        { length: 12_000 },
        (_, index) =>
          `Sentence ${index} says that the food was ${index % 2 ? 'good' : 'bad'} and that the bay was calm and wide.`,
      );
      const long = sentences.map((each, index) => each + (index % 5 === 4 ? '\n\n' : ' ')).join('');
      assert(long.length > 1e6 * 0.9, `${long.length}`);
      const editor = await show(long);
      const { marks } = await headlight();
      let gap = 0;
      let last = performance.now();
      const beat = setInterval(() => {
        gap = Math.max(gap, performance.now() - last);
        last = performance.now();
      }, 5);
      const started = performance.now();
      const running = vscode.commands.executeCommand('headlight.analyzeDocumentSentiment');
      await until('the first verdicts', () => marks.marksOf(editor.document).length > 0, 60_000);
      const first = performance.now() - started;
      await until('a third of them', () => marks.marksOf(editor.document).length > 4000, 90_000);
      const third = performance.now() - started;
      assert.match(marks.summary()!.text, /\(\d+\/12000\)/);
      clearInterval(beat);
      await vscode.commands.executeCommand('headlight.clearSentiment');
      await running;
      assert.equal(marks.any, false);
      console.log(
        `      1 MB: first verdicts after ${first.toFixed(0)} ms, 4000 sentences after ${third.toFixed(0)} ms, ` +
          `longest gap ${gap.toFixed(0)} ms`,
      );
      // A busy machine lets every program wait; all at once it would be many times as long.
      assert(gap < 2000, `the extension host was busy for ${gap.toFixed(0)} ms`);
    });
  });
});
