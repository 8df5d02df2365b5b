import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FrameLocator } from 'playwright-core';
import { decorationTexts, fixtureModels, settingsFile, until } from './support';
import { Workbench, type themes } from './workbench';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const sentence = 'The dog did not cross the road';

describe('the attention view', () => {
  let workbench: Workbench;
  let view: FrameLocator;
  before(async () => {
    workbench = await Workbench.open({
      files: { [settingsFile]: JSON.stringify(fixtureModels) },
      settings: { 'workbench.sideBar.location': 'right' },
      size: { width: 1600, height: 1000 },
    });
    workbench.page.setDefaultTimeout(45_000);
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.openFile('welcome.md');
    await workbench.goBehind(sentence);
    await workbench.press('Control+Alt+h', 'a');
    view = await workbench.webview();
    await view.locator('.content').waitFor();
  });
  after(() => workbench?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const focused = () => view.locator('.token[aria-selected=true]');
  const chosen = () => view.locator('.overview td[aria-selected=true]');
  const readout = () => view.locator('.readout').innerText();
  /** The colours of the tokens of the text. */
  const tints = () =>
    view
      .locator('.token')
      .evaluateAll((tokens) => tokens.map((token) => getComputedStyle(token).backgroundColor));

  it('names the model, its layers, heads and tokens', async () => {
    assert.equal(await view.locator('h1').innerText(), 'Attention of bert-masked');
    assert.match(await view.locator('.facts').innerText(), /3 layers × 4 heads · \d+ tokens · bidirectional/);
    const text = (await view.locator('.text').innerText()).replace(/\s+/g, ' ');
    assert(text.startsWith('[CLS]') && text.endsWith('[SEP]'), text);
    const own = await view.locator('.token:not(.added)').allInnerTexts();
    assert(own.join('').includes('road'.slice(0, 2)));
  });

  it('shows every layer and head, painted', async () => {
    const shades = await view.locator('.overview canvas').evaluateAll((canvases) =>
      canvases.map((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(data).size;
      }),
    );
    assert.equal(shades.length, 12);
    for (const different of shades) assert(different > 3, 'a thumbnail is of one colour');
    await workbench.screenshot('attention-dark');
  });

  it('chooses a head by click and by arrow keys', async () => {
    await view.locator('.overview td[aria-label="Layer 1, head 2"]').click();
    await view.locator('h2', { hasText: 'Layer 1, head 2' }).waitFor();
    await workbench.press('ArrowDown', 'ArrowRight');
    await view.locator('h2', { hasText: 'Layer 2, head 3' }).waitFor();
    assert.equal(await chosen().getAttribute('aria-label'), 'Layer 2, head 3');
  });

  it('tints the text by what the focused token attends to, and marks that token in the document', async () => {
    const before = await tints();
    await view.locator('.token:not(.added)').nth(1).click();
    await until('other tints', async () => (await tints()).join() !== before.join());
    const numbers = await view
      .locator('.token')
      .evaluateAll((tokens) =>
        tokens.map((token) => Number(/: ([\d.]+)$/.exec((token as HTMLElement).title)?.[1])),
      );
    const sum = numbers.reduce((total, number) => total + number, 0);
    assert(Math.abs(sum - 1) < 0.01, `a row sums to ${sum}`);
    const rectangle = workbench.page.locator('.editor-instance .cdr[class*="ced-"]').first();
    await rectangle.waitFor();
  });

  it('walks through the tokens by keys', async () => {
    await view.locator('.token:not(.added)').first().click();
    const first = await focused().innerText();
    await workbench.press('ArrowRight');
    await until('the next token', async () => (await focused().innerText()) !== first);
    await workbench.press('ArrowLeft');
    await until('the first again', async () => (await focused().innerText()) === first);
    await workbench.press('Home');
    assert.equal(await focused().innerText(), '[CLS]');
  });

  it('reads the exact number under the pointer and the cursor', async () => {
    await view.locator('.token').first().click();
    const field = view.locator('.field');
    const box = (await field.boundingBox())!;
    await workbench.page.mouse.move(box.x + 3, box.y + box.height - 3);
    const last = (await view.locator('.token').count()) - 1;
    assert.match(await readout(), new RegExp(`“\\[SEP\\]” \\(${last}\\) → “\\[CLS\\]” \\(0\\): 0\\.\\d{4}`));
    await view.locator('.map-scroller').focus();
    await workbench.press('Home', 'ArrowRight', 'ArrowDown');
    assert.match(await readout(), /\(1\) → .*\(1\): [01]\.\d{4}/);
    await workbench.screenshot('attention-cursor');
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

  it('remembers head and token when the window is loaded again', async function () {
    this.timeout(120_000);
    await view.locator('.overview td[aria-label="Layer 1, head 1"]').click();
    await view.locator('.token:not(.added)').nth(2).click();
    const token = await focused().innerText();
    // The command, and not the browser's button: the window then keeps what it knows before it goes.
    await Promise.all([
      workbench.page.waitForEvent('load'),
      workbench.runCommand('Developer: Reload Window'),
    ]);
    await workbench.page.locator('iframe.webview.ready').waitFor({ timeout: 90_000 });
    view = await workbench.webview();
    await view.locator('.content').waitFor();
    await view.locator('h2', { hasText: 'Layer 1, head 1' }).waitFor();
    assert.equal(await focused().innerText(), token);
  });

  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] as (keyof typeof themes)[]) {
    it(`is painted in the theme's colours (${theme})`, async () => {
      // The settings open beside the view, not over it.
      await workbench.press('Control+1');
      await workbench.setTheme(theme);
      const background = await view
        .locator('body')
        .evaluate((body) => getComputedStyle(body).backgroundColor);
      const corner = () =>
        view
          .locator('.overview canvas')
          .last()
          .evaluate((element) => {
            const canvas = element as HTMLCanvasElement;
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            // The shade nearest the background.
            const sums = Array.from(
              { length: data.length / 4 },
              (_, i) => data[4 * i]! + data[4 * i + 1]! + data[4 * i + 2]!,
            );
            return { least: Math.min(...sums), most: Math.max(...sums) };
          });
      const sum = /(\d+), (\d+), (\d+)/
        .exec(background)!
        .slice(1)
        .map(Number)
        .reduce((a, b) => a + b, 0);
      await until('the canvas is painted anew', async () => {
        const { least, most } = await corner();
        return sum > 380 ? most <= sum && least < sum : least >= sum && most > sum;
      });
      await workbench.screenshot(`attention-${theme}`);
    });
  }

  it('asks nothing of the network', async () => {
    const policy = await view.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
    assert.match(policy ?? '', /^default-src 'none'; script-src 'nonce-[^']+'; style-src 'self'[^;]*$/);
  });

  it('says on screen that only the beginning of a long text was read', async () => {
    await workbench.press('Control+1');
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.focusEditor();
    await workbench.page.keyboard.insertText('The old lighthouse stood near the beach. '.repeat(30));
    await workbench.runCommand('Headlight: Show Attention');
    await view.locator('.notice', { hasText: 'only its beginning, 128 tokens, was read' }).waitFor();
    await workbench.screenshot('attention-long');
    assert.deepEqual(await decorationTexts(workbench), []);
  });
});
