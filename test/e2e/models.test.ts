import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/setup/paths.mjs';
import { Hub } from '../hub/hub';
import { idle, tellOfFailure, until } from './support';
import { Workbench } from './workbench';

const id = 'tests/little-gpt2';
const graph = 'onnx/model.onnx';

/** The little model, with bytes behind its graph that the format allows, so that fetching takes a while. */
function files(): Record<string, Buffer> {
  const folder = join(root, 'test/fixtures/gpt2-optimum');
  const names = [
    'config.json',
    'generation_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'special_tokens_map.json',
  ];
  const model = readFileSync(join(folder, graph));
  // Field 4 of ONNX's ModelProto is the text `domain`, which nothing reads.
  const filler = randomBytes(6_000_000).map((byte) => 97 + (byte % 26));
  const length: number[] = [];
  for (let left = filler.length; ; left >>>= 7) {
    length.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) break;
  }
  return {
    ...Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])),
    [graph]: Buffer.concat([model, Buffer.from([(4 << 3) | 2, ...length]), filler]),
  };
}

describe('models', () => {
  let hub: Hub;
  let workbench: Workbench;
  before(async () => {
    hub = await new Hub({ [id]: { files: files(), licence: 'mit' } }).start();
    workbench = await Workbench.open({
      env: { HF_ENDPOINT: hub.endpoint },
      files: { 'notes.md': 'The old lighthouse\n' },
    });
  });
  after(async () => {
    await workbench?.close();
    await hub?.stop();
  });
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  /** The dialog in the middle of the window. */
  const dialog = () => workbench.page.locator('.monaco-dialog-box');

  async function addByName(): Promise<void> {
    await workbench.runCommand('Headlight: Add Model…');
    await workbench.quickPick.input.fill(id);
    await workbench.quickPick.rows.filter({ hasText: id }).first().waitFor();
    await workbench.press('Enter');
    await dialog().waitFor();
  }

  it('adds a model by its typed name: asks, shows progress, stops, continues, and writes with it', async () => {
    await workbench.openFile('notes.md');
    await workbench.runCommand('View: Show Headlight');
    const rows = workbench.page.locator('.pane-body .monaco-list-row');
    await rows.filter({ hasText: 'Offered' }).waitFor();
    await workbench.screenshot('models-view');

    hub.misbehave = ({ host }) => (host === 'storage' ? { rate: 600_000 } : undefined);
    await addByName();
    const question = await dialog().innerText();
    assert.match(question, /Fetch tests\/little-gpt2\?/);
    assert.match(question, /onnx\/model\.onnx — 6\.4 MB/);
    await workbench.screenshot('models-confirm');
    assert.equal(hub.sent(graph), 0);
    await dialog()
      .getByRole('button', { name: /^Fetch/ })
      .click();

    const toast = workbench.notifications.filter({ hasText: 'fetching tests/little-gpt2' });
    await toast.filter({ hasText: /MB of 6\.4 MB · .* MB\/s · \d+ s left/ }).waitFor();
    await workbench.screenshot('models-progress');
    await until('a third has come', () => Promise.resolve(hub.sent(graph) > 2_000_000));
    await toast.hover();
    await toast.getByRole('button', { name: 'Cancel' }).click();
    await toast.waitFor({ state: 'detached' });
    await rows.filter({ hasText: /of 6\.4 MB fetched/ }).waitFor();
    await workbench.screenshot('models-stopped');
    const before = hub.sent(graph);
    assert(before < 6_000_000, 'it did not stop');

    hub.forget();
    await addByName();
    await dialog()
      .getByRole('button', { name: /^Fetch/ })
      .click();
    await workbench.notification(/is on this machine now/);
    const again = hub.sent(graph);
    assert(again > 1_000_000 && again < 6_400_000 - 1_500_000, `${again} bytes came again after ${before}`);

    const done = workbench.notifications.filter({ hasText: 'is on this machine now' });
    await done.getByRole('button', { name: 'Use It…' }).click();
    await workbench.quickPick.rows.filter({ hasText: 'continue text' }).first().click();
    await rows.filter({ hasText: 'tests/little-gpt2' }).filter({ hasText: 'continue text' }).waitFor();
    await workbench.screenshot('models-added');

    await workbench.openFile('notes.md');
    await workbench.goBehind('lighthouse');
    await workbench.runCommand('Headlight: Continue Text');
    await until(
      'it has written',
      async () => (await workbench.text()).length > 'The old lighthouse\n'.length,
      60_000,
    );
    await idle(workbench);
    await rows.filter({ hasText: 'loaded' }).waitFor();
    await workbench.screenshot('models-used');
  });

  it('takes a model apart: what it sees and can do, and the memory by what it grows with', async () => {
    const rows = workbench.page.locator('.pane-body .monaco-list-row');
    const row = (text: string | RegExp) => rows.filter({ hasText: text }).first();
    await row('Offered').click();
    await workbench.press('ArrowLeft');
    for (const [text, below] of [
      ['tests/little-gpt2', 'Sees'],
      ["Can't", 'fill masks'],
      ['Memory needed', 'length²'],
    ] as const) {
      await row(text).click();
      await workbench.press('ArrowRight');
      await row(below).waitFor();
    }
    // A list that opens while the focus is still on its way elsewhere closes again by itself.
    await until('it asks for the length', async () => {
      await row('Memory needed').hover();
      await row('Memory needed').getByRole('button', { name: 'Estimate Memory for…' }).click();
      await workbench.page.waitForTimeout(500);
      return workbench.quickPick.input.isVisible();
    });
    await workbench.quickPick.input.fill('64 x 8');
    await workbench.press('Enter');
    await row(/8 texts of 64 tokens/).waitFor();
    await workbench.page.mouse.move(900, 500);
    for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`models-details-${theme}`);
    }
  });
});
