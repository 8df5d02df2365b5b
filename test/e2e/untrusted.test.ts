import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/setup/paths.mjs';
import { Hub } from '../hub/hub';
import { idle, settingsFile, tellOfFailure, until } from './support';
import { Workbench } from './workbench';

/** A folder from somebody else, which brings settings of its own: a model, a Hub. */
describe('a workspace that is not trusted', () => {
  const id = 'tests/little-gpt2';
  const model = join(root, 'test/fixtures/gpt2-optimum');
  let ours: Hub;
  let theirs: Hub;
  let cache: string;
  let workbench: Workbench;

  before(async () => {
    const files = { [id]: { files: model } };
    ours = await new Hub(files).start();
    theirs = await new Hub(files).start();
    cache = mkdtempSync(join(tmpdir(), 'headlight-untrusted-'));
    mkdirSync(join(cache, 'hub'));
    const settings = {
      'headlight.models.continue': model,
      'headlight.models.endpoint': theirs.endpoint,
      'headlight.engine.memoryBudget': 1,
    };
    workbench = await Workbench.open({
      workspaceTrust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
      env: { HF_ENDPOINT: ours.endpoint, HF_TOKEN: 'hf_secret', HF_HOME: cache },
      files: { 'notes.md': 'The old lighthouse\n', [settingsFile]: JSON.stringify(settings) },
    });
  });
  after(async () => {
    await workbench?.close();
    await ours?.stop();
    await theirs?.stop();
    if (cache) rmSync(cache, { recursive: true, force: true });
  });
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const rows = () => workbench.page.locator('.pane-body .monaco-list-row');

  /** Asks a Hub about the model, and fetches nothing. */
  async function askHub(): Promise<string> {
    await workbench.runCommand('Headlight: Add Model…');
    await workbench.quickPick.input.fill(id);
    await workbench.quickPick.rows.filter({ hasText: id }).first().waitFor();
    await workbench.press('Enter');
    await dialog().waitFor();
    const question = await dialog().innerText();
    await workbench.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    return question;
  }

  it('has none of its models, Hub and limits used', async () => {
    await workbench.statusItem('Restricted Mode').waitFor();
    await workbench.runCommand('View: Show Headlight');
    await rows().filter({ hasText: 'headlight-gpt2' }).filter({ hasText: 'continue text' }).waitFor();
    assert.equal(await rows().filter({ hasText: 'gpt2-optimum' }).count(), 0);

    await workbench.openFile('notes.md');
    await workbench.goBehind('lighthouse');
    // With the workspace's budget of 1 MB no model could be opened.
    await workbench.runCommand('Headlight: Continue Text');
    await until(
      'it has written',
      async () => (await workbench.text()).length > 'The old lighthouse\n'.length,
      60_000,
    );
    await idle(workbench);
    await rows().filter({ hasText: 'headlight-gpt2' }).filter({ hasText: 'loaded' }).waitFor();
    await workbench.screenshot('untrusted');

    assert((await askHub()).includes(ours.endpoint));
    assert.deepEqual(theirs.seen, []);
  });

  it('has them used once it is trusted, but gives its Hub no token', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await rows().filter({ hasText: 'gpt2-optimum' }).filter({ hasText: 'continue text' }).waitFor();
    await workbench.screenshot('trusted');

    assert((await askHub()).includes(theirs.endpoint));
    assert(theirs.seen.length > 0);
    assert(theirs.seen.every(({ headers }) => headers.authorization === undefined));
  });
});
