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

  describe('of a document that is cancelled', () => {
    const long = Array.from({ length: 400 }, (_, index) => `The food of day ${index} was good.`).join(' ');

    /** Judges the document; cancels as the engine has judged some, or before it has judged any. */
    async function cancelled(when: 'at the first verdicts' | 'before them'): Promise<vscode.TextEditor> {
      const { engine } = await headlight();
      const request = engine.request.bind(engine);
      const controller = new AbortController();
      engine.request = (method, params, options) => {
        if (when === 'before them') controller.abort();
        return request(method, params, {
          ...options,
          signal: AbortSignal.any([options!.signal!, controller.signal]),
          onPartial: (value) => {
            options?.onPartial?.(value);
            controller.abort();
          },
        });
      };
      try {
        const editor = await show(long.replaceAll('good', when));
        await vscode.commands.executeCommand('headlight.analyzeDocumentSentiment');
        return editor;
      } finally {
        engine.request = request;
      }
    }

    it('keeps what was judged, and no longer looks as if it were at work', async () => {
      const editor = await cancelled('at the first verdicts');
      const { marks } = await headlight();
      const count = (await marked(editor)).length;
      assert(count > 0 && count < 400, `${count}`);
      const { text: shown, tooltip } = await until('no progress', () => {
        const summary = marks.summary();
        return summary && !/\(\d+\/\d+\)/.test(summary.text) && summary;
      });
      assert.match(shown, /^. \w+ [\d.]+%$/);
      assert(tooltip.includes(`${count} of 400 sentences were judged.`), tooltip);
    });

    it('leaves nothing to take away where nothing was judged', async () => {
      await cancelled('before them');
      assert.equal((await headlight()).marks.any, false);
    });
  });

  it('judges the whole document, and asks the engine for no sentence twice', async () => {
    const editor = await show(`${text}\n\n${text}`);
    const [texts] = await asked(() => vscode.commands.executeCommand('headlight.analyzeDocumentSentiment'));
    const sentences = await marked(editor);
    assert.equal(sentences.length, 8);
    assert.equal(new Set(texts).size, texts?.length);
  });

  it('goes to the sentence that is chosen, focused before or not', async () => {
    const editor = await judged();
    const own = vscode.window.showQuickPick;
    // As a screen reader's user or an automation may choose: without a focus event before.
    const choose = (items: readonly vscode.QuickPickItem[]): Promise<unknown> =>
      Promise.resolve(items.at(-1));
    Object.assign(vscode.window, { showQuickPick: choose });
    try {
      await vscode.commands.executeCommand('headlight.listSentiment');
    } finally {
      Object.assign(vscode.window, { showQuickPick: own });
    }
    const { marks } = await headlight();
    const last = marks.marksOf(editor.document).at(-1)!;
    assert.equal(editor.document.offsetAt(editor.selection.start), last.start);
    assert.equal(editor.document.offsetAt(editor.selection.end), last.end);
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

    it('is of the sentence that begins there, where sentences stand side by side without a space', async () => {
      const editor = await show('今天很好。昨天不好。');
      await run();
      const { document } = editor;
      assert.deepEqual(await marked(editor), ['今天很好。', '昨天不好。']);
      const hovered = async (offset: number): Promise<string[]> => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          document.positionAt(offset),
        );
        return [...new Set(hovers.map(({ range }) => document.getText(range)))];
      };
      assert.deepEqual(await hovered(4), ['今天很好。']);
      assert.deepEqual(await hovered(5), ['昨天不好。']);
      assert.deepEqual(await hovered(10), ['昨天不好。']);
    });

    it('says when not all words of a long sentence were tried', async () => {
      const editor = await show(`The food was good${', and the bay was calm'.repeat(60)}.`);
      await vscode.commands.executeCommand('headlight.analyzeSentiment');
      const hover = await hoverAt(editor, new vscode.Position(0, 6));
      assert.match(hover, /Only its first \d+ words were tried/);
      assert.match(hover, /judged by its beginning/);
    });

    it('says nothing where nothing is marked', async () => {
      const editor = await judged();
      assert.equal(await hoverAt(editor, new vscode.Position(0, 3)), '');
      await vscode.commands.executeCommand('headlight.clearSentiment');
      assert.equal(await hoverAt(editor, new vscode.Position(2, 6)), '');
    });
  });

  it('leaves out the comments that stand within a commit message', async () => {
    const editor = await show('The hinge was bad.\n\n# A good comment.\n\nIt is good.', 'git-commit');
    const texts = await asked(() => vscode.commands.executeCommand('headlight.analyzeDocumentSentiment'));
    assert.deepEqual(await marked(editor), ['The hinge was bad.', 'It is good.']);
    assert(!texts.flat().some((each) => each.includes('comment')), texts.flat().join('|'));
    select(editor, 'The hinge was bad.\n\n# A'.length);
    await run();
    assert.deepEqual(await marked(editor), ['# A good comment.'.slice(2)], 'unless they are asked for');
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

    it('leaves out the comments of a commit message', async () => {
      const { marks } = await headlight();
      const { document } = await show(
        'The hinge was loose.\n\n# Please enter the message. Thanks.',
        'git-commit',
      );
      await configure({ 'sentiment.live': true });
      await until('a mark', () => marks.marksOf(document).length > 0);
      assert.equal(marks.marksOf(document).length, 1);
      const texts = await asked(() => vscode.commands.executeCommand('headlight.analyzeDocumentSentiment'));
      assert.deepEqual(texts, []);
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

    describe('when the engine ends', () => {
      const text = 'The bay was calm. The food was good.\n\nMore of it.';
      const own = vscode.window.showErrorMessage;
      let errors: string[];
      beforeEach(() => {
        errors = [];
        const note = (message: string): Promise<undefined> => {
          errors.push(message);
          return Promise.resolve(undefined);
        };
        Object.assign(vscode.window, { showErrorMessage: note });
      });
      afterEach(() => void Object.assign(vscode.window, { showErrorMessage: own }));

      /** Calls `before` and `after` whenever sentences are asked for, until `work` has ended; gives how often that was. */
      async function whileJudging(
        { before, after }: { before?: () => void; after?: () => void },
        work: () => Promise<unknown>,
      ): Promise<number> {
        const { engine } = await headlight();
        const request = engine.request.bind(engine);
        let times = 0;
        engine.request = (method, params, options) => {
          if (method !== 'classify') return request(method, params, options);
          times++;
          before?.();
          const answer = request(method, params, options);
          after?.();
          return answer;
        };
        try {
          await work();
          return times;
        } finally {
          engine.request = request;
        }
      }

      it('goes on by itself after a restart, and says nothing', async () => {
        const { engine, marks } = await headlight();
        const editor = await show(`Restarted. ${text}`);
        let restarts = 0;
        const times = await whileJudging(
          {
            after: () => {
              if (restarts++ === 0) void engine.restart();
            },
          },
          async () => {
            await configure({ 'sentiment.live': true });
            await until('four sentences', () => marks.marksOf(editor.document).length === 4);
          },
        );
        assert.equal(times, 2);
        assert.deepEqual(errors, []);
      });

      it('says once what goes wrong, keeps its marks, and tries again after a rest', async () => {
        const { engine, marks } = await headlight();
        const editor = await show(`Crashed. ${text}`);
        const { document } = editor;
        await configure({ 'sentiment.live': true });
        await until('four sentences', () => marks.marksOf(document).length === 4);
        const write = (line: number): PromiseLike<boolean> =>
          editor.edit((edit) => edit.insert(document.lineAt(line).range.end, ' And more'));
        const kill = (): void => void process.kill(engine.pid!, 'SIGKILL');
        const now = Date.now;
        try {
          // Before it can answer.
          const times = await whileJudging({ before: kill }, async () => {
            await write(0);
            await until('a message', () => errors.length > 0);
            await write(0);
            await sleep(1000);
          });
          assert.equal(times, 1, 'it rests');
          assert.equal(marks.marksOf(document).length, 4, 'what is judged stays marked');
          Date.now = () => now() + 31_000;
          // It has to start first.
          const again = await whileJudging({ after: kill }, async () => {
            await write(0);
            await sleep(1500);
          });
          assert.equal(again, 1, 'it tries again');
          assert.equal(errors.length, 1);
          assert.match(errors[0]!, /ended unexpectedly/);
          Date.now = () => now() + 62_000;
          await write(0);
          await until('the changed sentences', () => marks.marksOf(document).length > 4);
        } finally {
          Date.now = now;
        }
      });
    });

    describe('where a language has a setting of its own', () => {
      const ofMarkdown = (): vscode.WorkspaceConfiguration =>
        vscode.workspace.getConfiguration('headlight', { languageId: 'markdown' });
      const setOfMarkdown = (value: boolean | undefined): Thenable<void> =>
        ofMarkdown().update('sentiment.live', value, vscode.ConfigurationTarget.Global, true);
      const toggle = (): Thenable<unknown> => vscode.commands.executeCommand('headlight.toggleLiveSentiment');
      afterEach(() => setOfMarkdown(undefined));

      it('is switched for the language of the text in front', async () => {
        const { marks } = await headlight();
        await configure({ 'sentiment.live': true });
        await setOfMarkdown(false);
        const editor = await show('The bay was calm.');
        await toggle();
        await until('a mark', () => marks.marksOf(editor.document).length === 1);
        assert.equal(ofMarkdown().inspect('sentiment.live')?.globalValue, true);
        await toggle();
        await until('no mark', () => !marks.any);
        assert.equal(ofMarkdown().inspect('sentiment.live')?.globalLanguageValue, false);
        assert.equal(
          ofMarkdown().inspect('sentiment.live')?.globalValue,
          true,
          'other languages stay as they were',
        );
      });

      it('is switched for all others from a text in one of them', async () => {
        const { marks } = await headlight();
        await setOfMarkdown(false);
        const editor = await show('The bay was calm.', 'plaintext');
        await toggle();
        await until('a mark', () => marks.marksOf(editor.document).length === 1);
        assert.equal(ofMarkdown().get('sentiment.live'), false);
      });
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
