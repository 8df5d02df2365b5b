import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { rangeOf } from '../../src/editor/target';
import type { ScoreParams } from '../../src/protocol/engine';
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

const run = (): Thenable<unknown> => vscode.commands.executeCommand('headlight.showSurprise');

describe('Show Surprise', () => {
  before(useFixtures);
  afterEach(async () => {
    await configure({ 'surprise.model': undefined });
    await closeAll();
  });

  const paragraph = 'The old lighthouse stood at the edge. 🙂';
  const text = `A heading\n\n${paragraph}\n\nMore.`;

  async function marked({ document }: vscode.TextEditor): Promise<string[]> {
    const { surprise } = await headlight();
    return surprise.marksOf(document).map(({ start, end }) => document.getText().slice(start, end));
  }

  async function shown(): Promise<vscode.TextEditor> {
    const editor = await show(text);
    select(editor, 15);
    await run();
    return editor;
  }

  async function scored(params: Partial<ScoreParams> = {}) {
    const { engine } = await headlight();
    return engine.request('score', { model: fixture('bert-masked'), text: paragraph, ...params });
  }

  async function hoverAt({ document }: vscode.TextEditor, offset: number): Promise<string> {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(offset),
    );
    const contents = hovers.flatMap((hover) => hover.contents as vscode.MarkdownString[]);
    return contents.map(({ value }) => value.replaceAll('\\', '')).join('\n');
  }

  for (const [model, folder] of [
    ['masked', 'bert-masked'],
    ['causal', 'gpt2-optimum'],
  ] as const)
    it(`marks each token of the paragraph with the ${model} model's log probability`, async () => {
      await configure({ 'surprise.model': model });
      const editor = await shown();
      const { surprise } = await headlight();
      const result = await scored({ model: fixture(folder) });
      // White space has no mark.
      const tokens = result.tokens.filter(({ start, end }) => paragraph.slice(start, end).trim() !== '');
      assert.deepEqual(
        surprise.marksOf(editor.document).map(({ logprob }) => logprob),
        tokens.map(({ logprob }) => logprob),
      );
      assert.deepEqual(
        await marked(editor),
        tokens.map(({ start, end }) => paragraph.slice(start, end).trim()),
      );
    });

  it('finds the same in a text whose lines end as on Windows', async () => {
    await configure({ 'surprise.model': 'causal' });
    const { surprise, status } = await headlight();
    const found: unknown[] = [];
    for (const end of [vscode.EndOfLine.LF, vscode.EndOfLine.CRLF]) {
      const editor = await show('A heading\n\nThe old lighthouse\nstood at the edge\nof the bay.');
      await editor.edit((edit) => edit.setEndOfLine(end));
      assert.equal(editor.document.eol, end);
      await run();
      const marks = surprise.marksOf(editor.document).map(({ logprob }) => logprob);
      await until('the perplexity', () => /perplexity \d/.test(status.text));
      found.push({ marks, tokens: await marked(editor), perplexity: status.text });
      await closeAll();
    }
    assert.deepEqual(found[1], found[0]);
  });

  it('works on the selection alone', async () => {
    const editor = await show(text);
    const start = text.indexOf('lighthouse');
    select(editor, start, start + 'lighthouse stood'.length);
    await run();
    assert.equal((await marked(editor)).join('').replace(/\s/g, ''), 'lighthousestood');
  });

  it('says on hover how unexpected a token is, and what was expected', async () => {
    const editor = await shown();
    const { tokens } = await scored({ top: 5 });
    const token = tokens.find(({ text: word }) => word === 'stood') ?? tokens[3]!;
    const hover = await hoverAt(editor, text.indexOf(paragraph) + token.start);
    assert.match(
      hover,
      new RegExp(`“${token.text}” is .*probability .*%.*${(-token.logprob! / Math.LN2).toFixed(1)} bits`),
    );
    for (const { text: expected } of token.expected!) assert(hover.includes(expected.trim()), expected);
    assert.match(hover, /surprise by bert-masked/);
    assert.match(hover, /\| what was expected \|/, 'a heading, not the name of a level');
    assert.equal(await hoverAt(editor, 3), '', 'nothing where nothing was scored');
  });

  it("shows the text's perplexity in the status bar", async () => {
    await shown();
    const { status } = await headlight();
    const { sum, tokens } = await scored();
    const perplexity = Number(Math.exp(-sum / tokens.length).toPrecision(3));
    await until('the figure', () => status.text === `Headlight: perplexity ${perplexity}`);
  });

  it('moves the marks with edits before them', async () => {
    const editor = await shown();
    const before = await marked(editor);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Some more of '));
    assert.deepEqual(await marked(editor), before);
  });

  it('takes the mark of an edited token away and leaves the others, and says so of the perplexity', async () => {
    const editor = await shown();
    const before = await marked(editor);
    const offset = text.indexOf('lighthouse') + 5;
    await editor.edit((edit) => edit.insert(editor.document.positionAt(offset), 'x'));
    assert.deepEqual(
      await marked(editor),
      before.filter((token) => token !== 'lighthouse'),
    );
    assert.match((await headlight()).status.text, /perplexity ≈/);
  });

  it('lists the unexpected tokens, the least expected first, and goes to the chosen one', async () => {
    const editor = await shown();
    const { surprise } = await headlight();
    const [least] = [...surprise.marksOf(editor.document)].sort((a, b) => a.logprob - b.logprob);
    await runThroughPick('headlight.listSurprise');
    assert.equal(editor.document.offsetAt(editor.selection.start), least!.start);
    assert.equal(editor.document.offsetAt(editor.selection.end), least!.end);
  });

  it('takes the marks away on request', async () => {
    const editor = await shown();
    await vscode.commands.executeCommand('headlight.clearSurprise');
    assert.deepEqual(await marked(editor), []);
    assert.equal((await headlight()).status.text, 'Headlight');
    assert.equal(await hoverAt(editor, 15), '');
  });

  it('scores a text that is longer than the window, every token once', async () => {
    const long = 'The old lighthouse stood at the edge of the bay. '.repeat(8).trim();
    const editor = await show(long);
    await run();
    assert.equal((await marked(editor)).join('').replace(/\s/g, ''), long.replace(/\s/g, ''));
  });

  it('marks nothing when the text changes while the model is loaded', async () => {
    await vscode.commands.executeCommand('headlight.restartEngine');
    const editor = await show(text);
    select(editor, 15);
    const running = run();
    await editor.edit((edit) => edit.insert(editor.document.positionAt(15), 'x'));
    await running;
    assert.deepEqual(await marked(editor), []);
  });

  it('does nothing where there is no text', async () => {
    const editor = await show('One\n\n\n\nTwo');
    select(editor, 5);
    await run();
    assert.deepEqual(await marked(editor), []);
  });

  describe('of a text of a megabyte', () => {
    /** Marks every word of a long document, as a model of single words would. */
    async function markedLong(): Promise<vscode.TextEditor> {
      const long = Array.from(
        { length: 20_000 },
        (_, line) => `Line ${line} has ten words, and so it goes on here.`,
      );
      const content = long.join('\n');
      const editor = await show(content);
      const tokens = [...content.matchAll(/\S+/g)].map(({ 0: word, index }, id) => ({
        id,
        text: word,
        start: index,
        end: index + word.length,
        logprob: -5 - (id % 10),
      }));
      const { surprise } = await headlight();
      const region = { start: 0, end: content.length };
      surprise.show(editor.document, { model: 'm', tokens, sum: 0, timing: { loadMs: 0, runMs: 0 } }, region);
      return editor;
    }

    /** What `work` takes until the extension host is free again. */
    async function busy(work: () => Thenable<unknown>): Promise<number> {
      let gap = 0;
      let last = performance.now();
      const note = (): void => {
        gap = Math.max(gap, performance.now() - last);
        last = performance.now();
      };
      const beat = setInterval(note, 5);
      await work();
      await new Promise((resolve) => setTimeout(resolve, 50));
      note();
      clearInterval(beat);
      return gap;
    }

    it('leaves the editor responsive while one types, and in Replace All', async function () {
      this.timeout(120_000);
      const editor = await markedLong();
      const { document } = editor;
      const { surprise } = await headlight();
      const before = surprise.marksOf(document).length;
      assert(before > 200_000);
      const typing = await busy(async () => {
        for (let line = 0; line < 5; line++)
          await editor.edit((edit) => edit.insert(new vscode.Position(line, 2), 'x'));
      });
      assert.equal(surprise.marksOf(document).length, before - 5);
      // VS Code itself makes a single one of more than a thousand changes.
      const changes = 900;
      const replacing = await busy(() =>
        editor.edit((edit) => {
          for (let line = 10; line < 10 + changes; line++)
            edit.replace(new vscode.Range(line, 0, line, 1), '');
        }),
      );
      const left = surprise.marksOf(document);
      assert.equal(left.length, before - 5 - changes);
      assert.equal(document.getText(rangeOf(document, left[0]!)), left[0]!.text);
      assert.equal(document.getText(rangeOf(document, left.at(-1)!)), left.at(-1)!.text);
      console.log(
        `      1 MB: longest gap ${typing.toFixed(0)} ms typing, ${replacing.toFixed(0)} ms replacing`,
      );
      assert(typing < 1000, `typing: ${typing}`);
      assert(replacing < 1000, `replacing: ${replacing}`);
    });
  });
});
