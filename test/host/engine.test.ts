import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, configure, fixture, headlight, show, until, useFixtures } from './support';

describe('the engine in the editor', () => {
  before(useFixtures);
  beforeEach(() => configure({ 'continue.maxNewTokens': 3 }));
  afterEach(closeAll);
  after(() => configure({ 'continue.maxNewTokens': undefined, 'engine.threads': undefined }));

  async function continues(): Promise<boolean> {
    const { document } = await show('The old lighthouse');
    await vscode.commands.executeCommand('headlight.continueText');
    return document.getText().length > 'The old lighthouse'.length;
  }

  it('is started by the first command, and says what it does', async () => {
    const { engine } = await headlight();
    await vscode.commands.executeCommand('headlight.restartEngine');
    assert.equal(engine.pid, undefined);
    const seen: string[] = [];
    const stop = engine.onActivity((activity) => seen.push(activity?.kind ?? 'idle'));
    assert(await continues());
    await until('it is idle again', () => seen.at(-1) === 'idle');
    stop();
    assert(engine.pid !== undefined);
    assert(seen.includes('loading') && seen.includes('running'));
  });

  it('is another process after Restart Engine', async () => {
    const { engine } = await headlight();
    await continues();
    const before = engine.pid;
    await vscode.commands.executeCommand('headlight.restartEngine');
    assert(await continues());
    assert.notEqual(engine.pid, before);
  });

  it('comes back after it was killed, and the text is untouched', async () => {
    const { engine } = await headlight();
    await continues();
    await configure({ 'continue.maxNewTokens': 100 });
    const { document } = await show('The old lighthouse');
    const running = vscode.commands.executeCommand('headlight.continueText');
    process.kill(engine.pid!, 'SIGKILL');
    await running;
    assert(document.getText().startsWith('The old lighthouse'));
    await configure({ 'continue.maxNewTokens': 3 });
    assert(await continues());
  });

  it("says what it failed with by VS Code's translation of each sentence", async () => {
    const ownT = vscode.l10n.t.bind(vscode.l10n);
    const { showErrorMessage } = vscode.window;
    const shown: string[] = [];
    Object.assign(vscode.l10n, {
      t: (template: string, ...values: string[]) => `<${template}|${values.join('|')}>`,
    });
    Object.assign(vscode.window, { showErrorMessage: async (message: string) => void shown.push(message) });
    await configure({ 'models.continue': fixture('bert-masked') });
    try {
      await continues();
      await until('it is said', () => shown.length > 0);
    } finally {
      Object.assign(vscode.l10n, { t: ownT });
      Object.assign(vscode.window, { showErrorMessage });
      await useFixtures();
    }
    assert.equal(shown.length, 1);
    assert(shown[0]!.startsWith(`<"{0}" can't {1}: it {2}. {3}|bert-masked|<continue text|>|<is a masked`));
    assert(shown[0]!.endsWith('|<Choose {0} model for this.|<a {0}|<causal|>>>>'));
  });

  it('holds no model after Unload Models', async () => {
    const { engine } = await headlight();
    await continues();
    assert((await engine.request('status', {})).models.length > 0);
    await vscode.commands.executeCommand('headlight.unloadModels');
    assert.equal((await engine.request('status', {})).models.length, 0);
    assert(await continues());
  });

  it('starts anew with another number of threads', async () => {
    const { engine } = await headlight();
    await continues();
    const before = engine.pid;
    await configure({ 'engine.threads': 1 });
    await until('the old process ends', () => engine.pid !== before);
    assert(await continues());
  });

  it('says what is wrong with a model folder, and leaves the text alone', async () => {
    await configure({ 'models.continue': fixture('no-such-model') });
    try {
      assert.equal(await continues(), false);
      await configure({ 'models.continue': fixture('bert-masked') });
      assert.equal(await continues(), false);
    } finally {
      await useFixtures();
    }
  });
});
