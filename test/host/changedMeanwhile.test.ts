import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, headlight, select, show, until, useFixtures } from './support';

const text = 'A heading\n\nThe old [MASK] was empty.\n\nMore.';

/** Each command with what it asks the engine first. */
const commands: Record<string, string> = {
  'headlight.showSurprise': 'score',
  'headlight.suggestOtherWords': 'fill',
  'headlight.insertMissingWord': 'fill',
  'headlight.fillMask': 'fill',
  'headlight.fillGap': 'infill',
};

describe('A text that is changed while the engine reads it', () => {
  before(useFixtures);
  afterEach(closeAll);

  /** Runs a command on an engine that has no answer until it is told to stop; calls `change` once it is asked. */
  async function whileReading(
    command: string,
    change: (editor: vscode.TextEditor) => PromiseLike<unknown>,
  ): Promise<{ warnings: string[]; isStopped: boolean }> {
    const { engine } = await headlight();
    const signals: (AbortSignal | undefined)[] = [];
    const warnings: string[] = [];
    const own = vscode.window.showWarningMessage;
    const asked = (method: string, _params: unknown, { signal }: { signal?: AbortSignal } = {}) => {
      assert.equal(method, commands[command]);
      signals.push(signal);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new vscode.CancellationError()));
      });
    };
    const editor = await show(text);
    select(editor, text.indexOf('old'));
    Object.assign(engine, { request: asked });
    Object.assign(vscode.window, {
      showWarningMessage: (message: string) => Promise.resolve(void warnings.push(message)),
    });
    try {
      let ended = false;
      const running = vscode.commands.executeCommand(command).then(() => (ended = true));
      await until('it is asked', () => signals.length > 0);
      await change(editor);
      await until('the command ends', () => ended, 5000);
      await running;
      return { warnings, isStopped: signals.every((signal) => signal?.aborted) };
    } finally {
      Reflect.deleteProperty(engine, 'request');
      Object.assign(vscode.window, { showWarningMessage: own });
    }
  }

  for (const command of Object.keys(commands)) {
    it(`ends the engine's work for ${command}, and says so`, async () => {
      const { warnings, isStopped } = await whileReading(command, (editor) =>
        editor.edit((edit) => edit.insert(editor.document.positionAt(text.indexOf('empty')), 'quite ')),
      );
      assert(isStopped);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /was changed meanwhile/);
    });

    it(`ends it for ${command} when the document is closed`, async () => {
      const { isStopped } = await whileReading(command, closeAll);
      assert(isStopped);
    });
  }
});
