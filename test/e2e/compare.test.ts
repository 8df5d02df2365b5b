import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FrameLocator } from 'playwright-core';
import { tellOfFailure, until } from './support';
import { Workbench, type themes } from './workbench';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const text = 'The children were playing in the garden when it began to rain, so they ran into the house.';

describe('the view that compares models', () => {
  let workbench: Workbench;
  let view: FrameLocator;
  before(async () => {
    workbench = await Workbench.open({
      files: { 'notes.md': `# Notes\n\n${text}\n` },
      size: { width: 1600, height: 900 },
    });
    workbench.page.setDefaultTimeout(45_000);
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.openFile('notes.md');
    await workbench.selectText('garden');
    await workbench.press('Control+Alt+h', 'v');
    view = await workbench.webview();
    await view.locator('.why').waitFor();
    await view.getByRole('button', { name: 'Compare Again' }).waitFor();
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  const row = (model: string) =>
    view.locator('tbody tr').filter({ has: view.locator('.model', { hasText: model }) });
  const tokens = (model: string, kind: string) => row(model).locator(kind).allInnerTexts();

  it('has a row for each embedded model, with the tokens it sees and those hidden from it', async () => {
    const names = await view.locator('.model').allInnerTexts();
    assert.deepEqual(names, ['headlight-gpt2', 'headlight-bert', 'headlight-bert-sentiment']);
    const left = await tokens('headlight-gpt2', '.token:not(.hidden)');
    assert.match(left.join(''), /^The children were playing in the ?$/);
    assert(left.length >= 6, 'the tokens stand one by one');
    assert.match((await tokens('headlight-gpt2', '.token.hidden')).join(''), /when .*house\.$/);
    const both = (await tokens('headlight-bert', '.token:not(.hidden)')).join(' ');
    assert.match(both, /playing in the when it .* house \.$/);
    assert.deepEqual(await tokens('headlight-bert', '.token.hidden'), []);
    assert.equal(await row('headlight-bert').locator('.place').innerText(), '▢');
    await workbench.screenshot('compare-dark');
  });

  it('ranks five predictions of each with probabilities, and gives time and memory', async () => {
    for (const model of ['headlight-gpt2', 'headlight-bert']) {
      const numbers = await row(model).locator('.ranking .number').allInnerTexts();
      assert.equal(numbers.length, 5);
      for (const number of numbers) assert.match(number, /%$/);
      assert.match((await row(model).locator('.figure').allInnerTexts()).join(' '), / ms.* MB/);
    }
  });

  it('says why they differ, and why one has no answer', async () => {
    assert.match(await view.locator('.why').innerText(), /left.*both sides/s);
    assert.match(await row('headlight-bert-sentiment').locator('.note').innerText(), /classifier/);
  });

  it('dims what is hidden', async () => {
    const colour = (selector: string): Promise<string> =>
      row('headlight-gpt2')
        .locator(selector)
        .first()
        .evaluate((token) => getComputedStyle(token).color);
    assert.notEqual(await colour('.token.hidden'), await colour('.token:not(.hidden)'));
  });

  it('is copied as Markdown by its button, with the keyboard alone', async () => {
    await view.getByRole('button', { name: 'Copy as Markdown' }).focus();
    await workbench.press('Enter');
    const copied = await until('the table is copied', async () => {
      const clipboard = await workbench.page.evaluate(() => navigator.clipboard.readText());
      return clipboard.startsWith('| Model |') && clipboard;
    });
    assert.match(copied, /\n\| headlight-gpt2 \| .*~~when it began/);
    await workbench.press('Tab');
    assert.equal(await view.locator('button:focus').innerText(), 'Compare Again');
  });

  it('has no accessibility fault that axe finds', async () => {
    const body = await view.locator('body').elementHandle();
    const page = (await body?.ownerFrame())!;
    await page.evaluate(readFileSync(axe, 'utf8'));
    const faults = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    });
    assert.deepEqual(faults, []);
  });

  it('may load nothing but its own script and style', async () => {
    const policy = await view.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
    assert.match(policy ?? '', /^default-src 'none'; script-src 'nonce-[^']+'; style-src 'self'[^;]*$/);
  });

  it('comes back with its window as it was, and asks no model', async function () {
    this.timeout(120_000);
    const before = await view.locator('tbody').innerText();
    await Promise.all([
      workbench.page.waitForEvent('load'),
      workbench.runCommand('Developer: Reload Window'),
    ]);
    await workbench.page.locator('iframe.webview.ready').waitFor({ timeout: 90_000 });
    view = await workbench.webview();
    await view.locator('.why').waitFor();
    assert.equal(await view.locator('tbody').innerText(), before);
    assert.doesNotMatch(await workbench.statusBar(), /loading|running/);
  });

  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] as (keyof typeof themes)[]) {
    it(`is painted in the theme's colours (${theme})`, async () => {
      await workbench.press('Control+1');
      await workbench.setTheme(theme);
      const editor = await workbench.page
        .locator('.monaco-editor-background')
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor);
      await until(
        'the view has the background of the editor',
        async () =>
          (await view.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)) === editor,
      );
      await workbench.screenshot(`compare-${theme}`);
    });
  }

  it('lays its rows out as cards where there is little width', async () => {
    await workbench.page.setViewportSize({ width: 1000, height: 900 });
    await until('the headings are in front of the cells', async () =>
      view.locator('thead').evaluate((head) => getComputedStyle(head).display === 'none'),
    );
    await workbench.screenshot('compare-narrow');
    assert.equal(await view.getByRole('row').count(), 3, 'rows are rows to a screen reader');
  });
});
