import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { sleep, tellOfFailure, until } from './support';
import { Workbench } from './workbench';

const text = 'The old house stood at the end of the road. Nobody had lived there for';

describe('ghost text', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      files: Object.fromEntries(
        ['tab', 'word', 'line', 'cycle', 'hover', 'switch', 'as-suggested'].map((name) => [
          `${name}.md`,
          `${text}\n`,
        ]),
      ),
      settings: { 'headlight.ghostText.enabled': true, 'git.openRepositoryInParentFolders': 'never' },
      // VS Code gives this one no key.
      keybindings: [{ key: 'ctrl+alt+l', command: 'editor.action.inlineSuggest.acceptNextLine' }],
    });
    // The model is opened by the first key.
    await workbench.openFile('tab.md');
    await workbench.statusItem('Headlight').first().waitFor();
    await typeAt('tab.md', ' ');
    await ghost();
    await workbench.press('Escape', 'Backspace');
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
    await workbench.press('Escape');
  });

  /** Opens a file, goes to the end of its text and types. */
  async function typeAt(file: string, typed: string): Promise<void> {
    await workbench.openFile(file);
    await workbench.goBehind('lived there for');
    await workbench.type(typed);
  }

  /** The ghost text on screen, an empty string without one. */
  async function shown(): Promise<string> {
    const parts = await workbench.page
      .locator('.ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text .ghost-text')
      .allTextContents();
    return parts.join('').replaceAll('\u00a0', ' ');
  }

  /** Waits for ghost text that stays as it is for a moment. */
  function ghost(): Promise<string> {
    return until('ghost text', async () => {
      const before = await shown();
      await sleep(200);
      return before.trim() !== '' && (await shown()) === before && before;
    });
  }

  const lineOf = async (): Promise<string> => (await workbench.text()).split('\n')[0]!;

  it('comes while one types and is taken over with Tab', async () => {
    await typeAt('tab.md', ' ');
    const suggested = await ghost();
    await workbench.screenshot('ghost-text');
    await workbench.press('Tab');
    assert.equal(await lineOf(), `${text} ${suggested}`);
    await workbench.press('Control+Z');
    assert.equal(await lineOf(), `${text} `);
  });

  it('stays while one types as suggested', async () => {
    await typeAt('as-suggested.md', ' ');
    const suggested = await ghost();
    for (let typed = 1; typed < 5; typed++) {
      await workbench.type(suggested[typed - 1]!);
      await sleep(30);
      assert((await shown()).startsWith(suggested.slice(typed, typed + 5)), `${typed}: ${await shown()}`);
    }
  });

  it('is taken over by word', async () => {
    await typeAt('word.md', ' ');
    const suggested = await ghost();
    await workbench.press('Control+ArrowRight');
    await sleep(300);
    const [word] = suggested.split(' ');
    await workbench.screenshot('ghost-text-word');
    assert.match(await shown(), /\S/);
    assert.equal(await lineOf(), `${text} ${word}`);
  });

  it('is taken over by line', async () => {
    await typeAt('line.md', ' ');
    const suggested = await ghost();
    await workbench.press('Control+Alt+l');
    await sleep(300);
    assert.equal(await lineOf(), `${text} ${suggested.split('\n')[0]!}`);
  });

  it('offers several on demand, gone through with Alt+]', async () => {
    await typeAt('cycle.md', ' ');
    const seen = new Set([await ghost()]);
    for (let step = 0; step < 3; step++) {
      await workbench.press('Alt+]');
      await sleep(1500);
      seen.add(await ghost());
      if (step === 0) await workbench.screenshot('ghost-text-cycling');
    }
    assert(seen.size >= 3, [...seen].join('|'));
    const last = await ghost();
    await workbench.press('Tab');
    assert((await workbench.text()).startsWith(`${text} ${last}`));
  });

  it('shows the probabilities of what was taken over on hover', async () => {
    await typeAt('hover.md', ' ');
    const suggested = await ghost();
    await workbench.press('Tab', 'Escape');
    await workbench.goTo(1, text.length + 3);
    await workbench.page.mouse.move(0, 0);
    // The mouse itself, over the first character that was taken over.
    const cursor = await workbench.editor.locator('.cursor').first().boundingBox();
    await workbench.page.mouse.move(cursor!.x - 4, cursor!.y + 8);
    const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'Ghost text' });
    await hover.waitFor();
    await sleep(300);
    const shownText = await hover.innerText();
    assert.match(shownText, /\d%/);
    assert(shownText.includes(suggested.split(/[ ,.]/)[0]!.slice(-2)), shownText);
    await workbench.screenshot('ghost-text-hover');
    await workbench.page.mouse.move(0, 0);
  });

  it('is switched off and on in the status bar', async () => {
    const item = workbench.page.locator('[id="headlight.headlight.headlight.ghostText"]');
    await workbench.openFile('switch.md');
    await item.hover();
    await workbench.page.getByText('Switch off everywhere').waitFor();
    await workbench.screenshot('ghost-text-switch');
    await item.click();
    await item.filter({ hasText: 'off' }).waitFor();
    await typeAt('switch.md', ' a');
    await sleep(800);
    assert.equal(await shown(), '');
    await item.click();
    await item.filter({ hasText: 'off' }).waitFor({ state: 'detached' });
    await workbench.focusEditor();
    await workbench.type('n');
    await ghost();
  });

  it('works in an untitled document', async () => {
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.page.locator('.editor-instance .monaco-editor[data-uri^="untitled:"]').waitFor();
    await workbench.focusEditor();
    await workbench.type(`${text} `);
    await ghost();
    await workbench.press('Tab');
    assert((await lineOf()).length > text.length + 5);
  });

  it('works in the SCM box', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: workbench.workspace });
    git('init', '-q');
    await workbench.press('Control+Shift+G');
    const input = workbench.page.locator('.scm-input .monaco-editor').first();
    await workbench.until('the repository is found', async () => (await input.count()) > 0);
    await input.click();
    await workbench.type('Say which models can be ');
    await ghost();
    await workbench.screenshot('ghost-text-scm');
    await workbench.press('Tab');
    await until(
      'the message is longer',
      async () =>
        (await input.locator('.view-lines').innerText()).trim().length >
        'Say which models can be '.length + 2,
    );
  });
});
