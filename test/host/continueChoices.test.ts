import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { continueChoices } from '../../src/editor/continueChoices';
import { samplingChoices } from '../../src/core/decoding/samplingChoices';
import type { Choice, ChoicesParams } from '../../src/protocol/engine';
import { closeAll, configure, headlight, select, show, sleep, until, useFixtures } from './support';

describe('Continue Text…', () => {
  before(useFixtures);
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await closeAll();
    await configure({ 'continue.sampling': undefined });
  });

  interface Asked {
    params: ChoicesParams;
    choices: Choice[];
  }

  /** Runs the command and, while its pick is open, `act` with what the engine was asked and gave. */
  async function whileChoosing(act: (asked: Asked[]) => Promise<void>): Promise<void> {
    const { engine } = await headlight();
    const request = engine.request.bind(engine);
    const asked: Asked[] = [];
    engine.request = async (method, params, options) => {
      const result = await request(method, params, options);
      if ('choices' in result) asked.push({ params: params as ChoicesParams, choices: result.choices });
      return result;
    };
    try {
      const running = vscode.commands.executeCommand('headlight.continueChoices');
      await until('continuations', () => asked.length === 1);
      await sleep(300);
      await act(asked);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await running;
    } finally {
      engine.request = request;
    }
  }

  const accept = (): Thenable<unknown> =>
    vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');

  it('draws several at once as the setting says, and writes the chosen one as one undo step', async () => {
    await configure({ 'continue.sampling': 'precise' });
    const text = 'The old lighthouse';
    const editor = await show(text);
    const version = editor.document.version;
    await whileChoosing(async (asked) => {
      const { params, choices } = asked[0]!;
      assert.equal(params.count, 5);
      assert.equal(choices.length, 5);
      const { temperature, topP, topK, repetitionPenalty, doSample } = params.options!;
      assert.deepEqual({ temperature, topP, topK, repetitionPenalty }, samplingChoices.precise);
      assert.equal(doSample, true);
      assert.equal(editor.document.version, version, 'the preview changed the document');
      await accept();
      await until('text is written', () => editor.document.version !== version);
      const written = editor.document.getText();
      assert(choices.some((choice) => text + choice.text.replace(/\r?\n/g, '\n') === written));
      assert(editor.selection.active.isEqual(editor.document.positionAt(written.length)));
    });
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), text);
  });

  it('draws others, lengthens the focused one and draws more freely, by keys', async () => {
    const editor = await show('The old lighthouse');
    await whileChoosing(async (asked) => {
      await vscode.commands.executeCommand('headlight.choices.regenerate');
      await until('others', () => asked.length === 2);
      await sleep(200);
      await vscode.commands.executeCommand('headlight.choices.lengthen');
      await until('a longer one', () => asked.length === 3);
      await sleep(200);
      const longer = asked[2]!;
      assert.equal(longer.params.count, 1);
      const from = asked[1]!.choices.find(({ text }) => longer.params.text === `The old lighthouse${text}`);
      assert(from, longer.params.text);
      const { version } = editor.document;
      await accept();
      await until('it is written', () => editor.document.version !== version);
      assert.equal(editor.document.getText(), longer.params.text + longer.choices[0]!.text);
    });
    const again = await show('The old lighthouse');
    await whileChoosing(async (asked) => {
      assert.equal(asked[0]!.params.options!.temperature, samplingChoices.balanced.temperature);
      await vscode.commands.executeCommand('headlight.choices.nextSampling');
      await until('freer ones', () => asked.length === 2);
      assert.equal(asked[1]!.params.options!.temperature, samplingChoices.free.temperature);
    });
    assert.equal(again.document.getText(), 'The old lighthouse');
  });

  it('writes nothing when it is left, or when the text at the cursor changes', async () => {
    const editor = await show('The old lighthouse');
    await whileChoosing(async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    });
    assert.equal(editor.document.getText(), 'The old lighthouse');
    await whileChoosing(async () => {
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 18), '!'));
      await sleep(200);
      await accept();
    });
    assert.equal(editor.document.getText(), 'The old lighthouse!');
  });

  it('continues the selection behind its end', async () => {
    const editor = await show('The bay. The old lighthouse. More.');
    select(editor, 9, 27);
    await whileChoosing(async (asked) => {
      assert.equal(asked[0]!.params.text, 'The old lighthouse');
      const { version } = editor.document;
      await accept();
      await until('text is written', () => editor.document.version !== version);
    });
    const written = editor.document.getText();
    assert(written.startsWith('The bay. The old lighthouse') && written.endsWith('. More.'), written);
  });

  it('says when the selection is longer than the model reads, once, as Continue Text does', async () => {
    const told: string[] = [];
    const { showInformationMessage } = vscode.window;
    vscode.window.showInformationMessage = (message: string) => {
      told.push(message);
      return Promise.resolve(undefined);
    };
    const leave = (): void => void vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    try {
      const text = 'The old lighthouse stood at the edge of the bay. '.repeat(40);
      const editor = await show(`${text}More.`);
      for (const [end, expected] of [
        [20, 0],
        [text.length, 1],
      ] as const) {
        select(editor, 0, end);
        let ended = false;
        const running = continueChoices(await headlight()).finally(() => (ended = true));
        const timer = setInterval(leave, 1000);
        await until('the pick is left', () => ended);
        clearInterval(timer);
        await running;
        assert.equal(told.filter((message) => /longer than the model reads/.test(message)).length, expected);
      }
    } finally {
      vscode.window.showInformationMessage = showInformationMessage;
    }
  });
});
