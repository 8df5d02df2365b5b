import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, headlight, leave, until, useFixtures } from './support';

/** Runs `act`, which may open a pick that it waits for: leaves it until `act` has ended. */
async function leavingPicks(act: () => Thenable<unknown>): Promise<void> {
  let ended = false;
  const running = act().then(() => (ended = true));
  const timer = setInterval(() => void vscode.commands.executeCommand(leave), 300);
  try {
    await until('the command ends', () => ended, 30_000);
  } finally {
    clearInterval(timer);
  }
  await running;
}

const tryOn = (command: string): Promise<void> =>
  leavingPicks(() => vscode.commands.executeCommand('headlight.tryOnSample', command));

describe('a command that is tried on the sample', () => {
  before(useFixtures);
  beforeEach(closeAll);
  afterEach(async () => {
    const { surprise, marks } = await headlight();
    for (const { document } of vscode.window.visibleTextEditors) {
      surprise.clear(document);
      marks.clear(document);
    }
    await closeAll();
  });

  const active = (): vscode.TextEditor => vscode.window.activeTextEditor!;

  it('is run on its own example, with no text open before', async () => {
    for (const [command, example] of [
      ['headlight.fillMask', /^She opened the \[MASK\] and/],
      ['headlight.analyzeSentiment', /^The food was wonderful/],
      ['headlight.showSurprise', /went to bad early/],
      ['headlight.compareModels', /^The dog did not cross the road/],
    ] as const) {
      assert.equal(vscode.window.activeTextEditor, undefined);
      await tryOn(command);
      const editor = await until('the sample is open', () =>
        vscode.window.visibleTextEditors.find(({ document }) => document.isUntitled),
      );
      const { document, selection } = editor;
      assert.match(document.lineAt(selection.active.line).text, example, command);
      assert.equal(document.languageId, 'markdown');
      await closeAll();
    }
  });

  it('does there what it says', async () => {
    const { surprise, marks } = await headlight();
    await tryOn('headlight.showSurprise');
    assert(surprise.marksOf(active().document).some(({ text }) => /bad/.test(text)));
    await tryOn('headlight.analyzeSentiment');
    assert.equal(marks.marksOf(active().document).length, 2);
  });

  it('has what is to be continued selected', async () => {
    await tryOn('headlight.continueChoices');
    const { document, selection } = active();
    assert.match(document.getText(selection), /^The old house at the end .* when the door was$/);
  });

  it('takes the sample that is open, until its example is used up', async () => {
    await tryOn('headlight.fillMask');
    const { document } = active();
    await tryOn('headlight.analyzeSentiment');
    assert.equal(active().document, document);
    const mask = document.getText().indexOf('[MASK]');
    await active().edit((edit) =>
      edit.replace(new vscode.Range(document.positionAt(mask), document.positionAt(mask + 6)), 'window'),
    );
    await tryOn('headlight.fillMask');
    assert.notEqual(active().document, document);
    assert.match(active().document.getText(), /She opened the \[MASK\]/);
  });
});
