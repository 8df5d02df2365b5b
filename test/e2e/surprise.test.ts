import assert from 'node:assert/strict';
import { setFolderSettings, settingsFile, sleep, tellOfFailure, until, whileSlow } from './support';
import { Workbench, type themes } from './workbench';

const story =
  'The old house at the end of the street had been empty for years, and when the door was opened at last, ' +
  'the feirst thing that we saw was a chair. It stood in the middle of the banana, as if somebody had just left it.';

/** With the embedded models: what stands out is only worth something when they know some English. */
describe('surprise in the window', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      files: {
        [settingsFile]: '{}',
        'story.md': `# A story\n\n${story}\n`,
        'long.md': `${`${story} `.repeat(20)}\n`,
      },
      settings: { 'files.autoSave': 'off', 'editor.wordWrap': 'on' },
    });
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
    await workbench.press('Escape');
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  /** The parts of the text under a line of a kind: what is least expected has a double one. */
  const lined = (style: string): Promise<string[]> =>
    workbench.editor
      .locator('.view-overlays .cdr')
      .evaluateAll(
        (marks, wanted) =>
          marks
            .filter((mark) => getComputedStyle(mark).borderBottomStyle === wanted)
            .map((mark) => `${mark.getBoundingClientRect().left},${mark.getBoundingClientRect().top}`),
        style,
      );

  /** Where the first occurrence of a part of the text is drawn; it may not run over a line's end. */
  const placeOf = (text: string): Promise<{ x: number; y: number }> =>
    workbench.editor.locator('.view-lines').evaluate((lines, wanted) => {
      for (const line of lines.querySelectorAll('.view-line')) {
        let at = (line.textContent ?? '').replaceAll('\u00a0', ' ').indexOf(wanted);
        if (at < 0) continue;
        const nodes = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
          const length = node.textContent?.length ?? 0;
          if (at >= length) {
            at -= length;
            continue;
          }
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const { x, y } = range.getBoundingClientRect();
          return { x, y };
        }
      }
      throw new Error(`"${wanted}" is not drawn`);
    }, text);

  async function isLined(text: string): Promise<boolean> {
    const { x, y } = await placeOf(text);
    return (await lined('double')).some((place) => {
      const [left, top] = place.split(',').map(Number);
      return Math.abs(left! - x) < 4 && Math.abs(top! - y) < 12;
    });
  }

  async function show(): Promise<void> {
    await workbench.openFile('story.md');
    await workbench.goBehind('The old house');
    await workbench.press('Control+Alt+h', 'u');
    await workbench.statusItem(/perplexity/).waitFor({ timeout: 60_000 });
  }

  it('makes a typo and a wrong word stand out, and gives the perplexity', async () => {
    await show();
    assert.match(await workbench.statusBar(), /Headlight: perplexity \d/);
    assert.equal(await isLined('fei'), true, 'the typo');
    assert.equal(await isLined('banana'), true, 'the wrong word');
    for (const word of ['end', 'been', 'door']) assert.equal(await isLined(word), false, word);
    await workbench.screenshot('surprise');
  });

  it('shows on hover what was expected', async () => {
    await show();
    const { x, y } = await placeOf('banana');
    await workbench.page.mouse.move(x + 10, y + 8);
    const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'surprise by' });
    await hover.waitFor();
    await sleep(300);
    const text = await hover.innerText();
    assert.match(text, /“banana” is very unexpected here/);
    assert.match(text, /door|room|house/);
    await workbench.screenshot('surprise-hover');
    await workbench.page.mouse.move(0, 0);
  });

  it('takes the mark of a mended word away, and Escape takes them all', async () => {
    await show();
    await workbench.selectText('banana');
    await workbench.type('room');
    await workbench.statusItem(/perplexity ≈/).waitFor();
    assert.equal(await isLined('room'), false);
    assert.equal(await isLined('fei'), true);
    await workbench.press('Escape');
    await until('no marks', async () => (await lined('double')).length === 0);
    assert.doesNotMatch(await workbench.statusBar(), /perplexity/);
    await workbench.press('Control+Z');
  });

  it('shows progress for a long text, and stops by the Cancel button', async () => {
    await workbench.openFile('long.md');
    await whileSlow(workbench, async () => {
      await workbench.runCommand('Headlight: Show Surprise');
      await workbench.notification(/looking for surprises/);
      await until('a count', async () =>
        /\d+ of \d+ tokens/.test(await workbench.notifications.first().innerText()),
      );
      await workbench.notifications.getByRole('button', { name: 'Cancel' }).click();
      await workbench.notifications.filter({ hasText: /surprises/ }).waitFor({ state: 'detached' });
    });
    await workbench.idle();
    assert.equal((await lined('double')).length, 0);
  });

  it('asks the causal model instead where the setting says so', async () => {
    setFolderSettings(workbench, { 'headlight.surprise.model': 'causal' });
    await sleep(1000);
    await show();
    await until('the other model', async () => {
      const title = await workbench.statusItem(/perplexity/).getAttribute('aria-label');
      return /headlight-gpt2/.test(title ?? '');
    });
    setFolderSettings(workbench, {});
    await sleep(1000);
  });

  it('is seen in every theme', async () => {
    for (const theme of [
      'light',
      'highContrast',
      'highContrastLight',
      'dark',
    ] satisfies (keyof typeof themes)[]) {
      await workbench.setTheme(theme);
      await show();
      assert((await lined('double')).length > 0);
      assert((await lined('dotted')).length > 0);
      await workbench.screenshot(`surprise-${theme}`);
    }
  });
});
