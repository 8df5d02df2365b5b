import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Engine } from '../../src/client/engineClient';
import { MaskActions } from '../../src/editor/masks/maskActions';
import { MaskCandidates } from '../../src/editor/masks/maskCandidates';
import { MaskHover } from '../../src/editor/masks/maskHover';
import { EngineError } from '../../src/protocol/engine';
import {
  accept,
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

const text = 'A heading\n\nThe [MASK] was empty.\n\nMore.';
const paragraph = 'The [MASK] was empty.';
const inside = text.indexOf('MASK');

async function candidatesOf(masked: string, model = 'bert-masked'): Promise<string[]> {
  const { engine } = await headlight();
  const { masks } = await engine.request('fill', {
    model: fixture(model),
    text: masked,
    top: 12,
    wordsOnly: true,
  });
  return masks[0]!.candidates.map(({ text: word }) => word);
}

async function hoverAt({ document }: vscode.TextEditor, offset: number): Promise<string[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    document.positionAt(offset),
  );
  return hovers.flatMap(({ contents }) =>
    contents.map((content) => (content as vscode.MarkdownString).value),
  );
}

async function completionsAt(
  { document }: vscode.TextEditor,
  offset: number,
): Promise<vscode.CompletionItem[]> {
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    document.positionAt(offset),
  );
  return items.filter(({ detail }) => detail?.includes('bert-masked'));
}

async function actionsAt({ document }: vscode.TextEditor, offset: number): Promise<vscode.CodeAction[]> {
  const position = document.positionAt(offset);
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    new vscode.Range(position, position),
  );
}

describe('masks in a document', () => {
  before(useFixtures);
  afterEach(closeAll);

  async function coloured({ document }: vscode.TextEditor): Promise<string[]> {
    const { masks } = await headlight();
    return masks.colouredIn(document).map((range) => document.getText(range));
  }

  describe('colours', () => {
    it('marks every [MASK] in prose, and in nothing else', async () => {
      assert.deepEqual(await coloured(await show('A [MASK] and a [MASK].')), ['[MASK]', '[MASK]']);
      assert.deepEqual(await coloured(await show('A [MASK].', 'plaintext')), ['[MASK]']);
      assert.deepEqual(await coloured(await show('a = [MASK]', 'ini')), []);
    });

    it("marks the chosen model's own mask", async () => {
      const { masks } = await headlight();
      const editor = await show('A <mask> and a [MASK].');
      assert.deepEqual(await coloured(editor), ['[MASK]']);
      await configure({ 'models.fill': fixture('roberta-masked') });
      try {
        await masks.spelling.ready();
        assert.deepEqual(await coloured(editor), ['<mask>', '[MASK]']);
        await configure({ 'models.fill': `${fixture('roberta-masked')}/onnx/model.onnx` });
        await masks.spelling.ready();
        assert.deepEqual(await coloured(editor), ['<mask>', '[MASK]']);
      } finally {
        await useFixtures();
        await masks.spelling.ready();
      }
    });
  });

  describe('hover', () => {
    it('shows the candidates of the mask with their probabilities', async () => {
      const [hover] = await hoverAt(await show(text), inside);
      const words = (await candidatesOf(paragraph)).slice(0, 8);
      const rows = hover!.split('\n').filter((line) => line.includes('%') && line.startsWith('| ['));
      assert.equal(rows.length, 8);
      for (const [index, word] of words.entries())
        assert(rows[index]!.replaceAll('\\', '').includes(`[${word}]`), `${word} in ${rows[index]}`);
      assert.match(hover!.replaceAll('\\', ''), /by bert-masked/);
    });

    it('is only at masks', async () => {
      const editor = await show(text);
      assert.deepEqual(await hoverAt(editor, 2), []);
      assert.deepEqual(await hoverAt(editor, text.indexOf('empty')), []);
    });

    it('tells several masks apart, and offers to fill them together', async () => {
      const several = 'The [MASK] was [MASK].';
      const editor = await show(several);
      const [first] = await hoverAt(editor, 6);
      const [second] = await hoverAt(editor, several.lastIndexOf('MASK'));
      assert.match(first!, /1 of 2/);
      assert.match(second!, /2 of 2/);
      assert.match(second!, /Fill all of them together/);
    });

    it('fills the masks of the paragraph that is hovered over, wherever the cursor is', async () => {
      const hovered = 'The [MASK] was [MASK].';
      const others = `A [MASK] and a [MASK].\n\n${hovered}\n\nNo mask.`;
      const editor = await show(others);
      const [hover] = await hoverAt(editor, others.indexOf(hovered) + 6);
      const link = /\[Fill all of them together\]\(command:([\w.]+)\?([^ )]+)\)/.exec(hover!);
      assert(link, hover);
      const target = JSON.parse(decodeURIComponent(link[2]!)) as unknown[];
      const { document } = editor;
      for (const cursor of [others.length, 0]) {
        select(editor, cursor);
        await runThroughPick(link[1]!, accept, undefined, [
          ...target.slice(0, 1),
          document.version,
          ...target.slice(2),
        ]);
        const [first, , third] = document.getText().split('\n\n');
        assert.equal(first, 'A [MASK] and a [MASK].');
        assert.equal(third, 'No mask.');
        assert.doesNotMatch(document.getText().split('\n\n')[1]!, /MASK/);
        await vscode.commands.executeCommand('undo');
        assert.equal(document.getText(), others);
      }
      await vscode.commands.executeCommand(link[1]!, ...target);
      assert.equal(document.getText(), others, 'an undone document is a later version');
    });

    it('says when the paragraph is longer than what the model reads at once', async () => {
      const filler = 'The old lighthouse stood at the edge of the bay. '.repeat(20);
      const [hover] = await hoverAt(await show(`${filler}[MASK] ${filler}`), filler.length + 1);
      assert.match(hover!.replaceAll('\\', ''), /longer than what the model can read at once/);
    });

    it('says why there are no candidates', async () => {
      await configure({ 'models.fill': '/no/such/model' });
      try {
        const [hover] = await hoverAt(await show(text), inside);
        assert.match(hover!.replaceAll('\\', ''), /no model folder at "\/no\/such\/model"/);
      } finally {
        await useFixtures();
      }
    });

    it('writes the clicked word as one undo step, and nothing when the text has changed', async () => {
      const editor = await show(text);
      const [hover] = await hoverAt(editor, inside);
      const link = /command:headlight\.writeMask\?([^ ")]+)/.exec(hover!)![1]!;
      const target = JSON.parse(decodeURIComponent(link)) as unknown[];
      await vscode.commands.executeCommand('headlight.writeMask', ...target);
      const [word] = await candidatesOf(paragraph);
      assert.equal(editor.document.getText(), text.replace('[MASK]', word!));
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), text);
      await vscode.commands.executeCommand('headlight.writeMask', ...target);
      assert.equal(editor.document.getText(), text, 'an undone document is a later version');
    });

    it('writes any candidate that is clicked, parentheses too', async () => {
      const { masks, root } = await headlight();
      const words = [')', '(', '|', '%', '"'];
      const candidates = words.map((word, id) => ({
        id,
        text: word,
        logit: 0,
        logprob: -1,
        probability: 0.2,
      }));
      const engine = {
        request: () => Promise.resolve({ model: 'm', masks: [{ start: 4, end: 10, candidates }] }),
      } as unknown as Engine;
      const hover = new MaskHover(new MaskCandidates(engine, masks.spelling, root));
      const { document } = await show(paragraph);
      const { token } = new vscode.CancellationTokenSource();
      const shown = await hover.provideHover(document, document.positionAt(6), token);
      const rows = (shown!.contents[0] as vscode.MarkdownString).value
        .split('\n')
        .filter((row) => row.includes('command:'));
      assert.equal(rows.length, words.length);
      for (const [index, word] of words.entries()) {
        const link = /\]\(command:headlight\.writeMask\?([^ "()|<>]+) "[^"]*"\) \| 20% \|/.exec(rows[index]!);
        assert(link, rows[index]);
        assert.equal((JSON.parse(decodeURIComponent(link[1]!)) as unknown[])[3], word);
      }
    });

    it('is answered at once for a text that was asked about before', async () => {
      const editor = await show(text);
      const before = await hoverAt(editor, inside);
      const { engine } = await headlight();
      await vscode.commands.executeCommand('headlight.restartEngine');
      assert.deepEqual(await hoverAt(editor, inside), before);
      assert.equal(engine.pid, undefined, 'no engine was started');
    });
  });

  describe('completion', () => {
    it('offers the candidates at a mask, most probable first, in place of it', async () => {
      const editor = await show(text);
      const words = (await candidatesOf(paragraph)).filter((word) => word.trim() !== '');
      for (const offset of [inside, text.indexOf('[MASK]') + '[MASK]'.length]) {
        const items = (await completionsAt(editor, offset)).sort((a, b) =>
          a.sortText! < b.sortText! ? -1 : 1,
        );
        assert.deepEqual(
          items.map(({ label }) => (typeof label === 'string' ? label : label.label)),
          words,
        );
        for (const { range, filterText } of items) {
          assert.equal(editor.document.getText(range as vscode.Range), '[MASK]');
          assert.equal(filterText, '[MASK]');
        }
      }
    });

    it('says when the paragraph is longer than what the model reads at once', async () => {
      const filler = 'The old lighthouse stood at the edge of the bay. '.repeat(20);
      const long = await completionsAt(await show(`${filler}[MASK] ${filler}`), filler.length + 1);
      assert(long.length > 0);
      for (const { documentation } of long)
        assert.match(documentation as string, /longer than what the model can read at once/);
      const [short] = await completionsAt(await show(text), inside);
      assert.equal(short!.documentation, undefined);
    });

    it('offers nothing elsewhere', async () => {
      assert.deepEqual(await completionsAt(await show(text), text.indexOf('empty') + 2), []);
    });
  });

  describe('code action', () => {
    it('fills the mask with one of the best, or lets choose', async () => {
      const editor = await show(text);
      const actions = await actionsAt(editor, inside);
      const words = (await candidatesOf(paragraph)).slice(0, 5);
      assert.deepEqual(
        actions.slice(0, -1).map(({ title }) => /^Fill with “(.+)” \([\d.<>]+%\)$/.exec(title)?.[1]),
        words,
      );
      assert.equal(actions.at(-1)!.command!.command, 'headlight.fillMask');
      await vscode.workspace.applyEdit(actions[1]!.edit!);
      assert.equal(editor.document.getText(), text.replace('[MASK]', words[1]!));
    });

    it('says when the paragraph is longer than what the model reads at once', async () => {
      const filler = 'The old lighthouse stood at the edge of the bay. '.repeat(20);
      const actions = await actionsAt(await show(`${filler}[MASK] ${filler}`), filler.length + 1);
      for (const { title } of actions.slice(0, -1)) assert.match(title, /only the text around it was read/);
      assert(actions.length > 1);
    });

    it('is not there without a mask', async () => {
      assert.deepEqual(await actionsAt(await show(text), 2), []);
    });
  });

  describe('ask the model only when someone looks', () => {
    /** An engine that never answers, and the signals of what it was asked. */
    async function silent() {
      const { masks, log, root } = await headlight();
      const signals: AbortSignal[] = [];
      const engine = {
        request: (_method: string, _params: unknown, { signal }: { signal: AbortSignal }) => {
          signals.push(signal);
          return new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'Cancelled.'))),
          );
        },
      } as unknown as Engine;
      const candidates = new MaskCandidates(engine, masks.spelling, root);
      return { signals, hover: new MaskHover(candidates), actions: new MaskActions(candidates, log) };
    }

    it('not for the light bulb, which follows the cursor', async () => {
      const { signals, actions } = await silent();
      const { document } = await show(text);
      const position = document.positionAt(inside);
      const { token } = new vscode.CancellationTokenSource();
      const found = await actions.provideCodeActions(
        document,
        new vscode.Range(position, position),
        { triggerKind: vscode.CodeActionTriggerKind.Automatic, diagnostics: [], only: undefined },
        token,
      );
      assert.deepEqual(
        found.map(({ title }) => title),
        ['Fill Mask…'],
      );
      assert.equal(signals.length, 0);
    });

    it('and stop when the hover is left', async () => {
      const { signals, hover } = await silent();
      const { document } = await show(text);
      const source = new vscode.CancellationTokenSource();
      const running = hover.provideHover(document, document.positionAt(inside), source.token);
      await until('the model is asked', () => signals.length === 1);
      assert.equal(signals[0]!.aborted, false);
      source.cancel();
      assert.equal(await running, undefined);
      assert.equal(signals[0]!.aborted, true);
    });
  });

  it('are plain text when the setting switches them off', async () => {
    const editor = await show(text);
    await configure({ 'masks.enabled': false });
    try {
      assert.deepEqual(await coloured(editor), []);
      assert.deepEqual(await hoverAt(editor, inside), []);
      assert.deepEqual(await completionsAt(editor, inside), []);
      assert.deepEqual(await actionsAt(editor, inside), []);
    } finally {
      await configure({ 'masks.enabled': undefined });
    }
    await until('it is back', () => editor.document.getText().includes('[MASK]'));
    assert.deepEqual(await coloured(editor), ['[MASK]']);
  });
});
