import assert from 'node:assert/strict';
import {
  decorationTexts,
  fixtureModels,
  idle,
  setFolderSettings,
  settingsFile,
  tellOfFailure,
  until,
  whileSlow,
} from './support';
import { Workbench, type themes } from './workbench';

const paragraph = 'The old lighthouse stood near the beach.';
const long = Array.from(
  { length: 60 },
  (_, index) =>
    `Part ${index}. ${'The dog slept near the old house, and the sun was warm. '.repeat(3).trim()}`,
).join('\n\n');

describe('rewriting with Headlight', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      files: {
        [settingsFile]: JSON.stringify(fixtureModels),
        'story.md': `Before.\n\n${paragraph}\n\nAfter.\n`,
        'long.md': long,
        'gap.md': 'The dog [MASK] near the house.\n',
      },
      settings: { 'files.autoSave': 'off' },
      size: { width: 1500, height: 800 },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  /** The lines of the right side of the diff. */
  const modified = async (): Promise<string> =>
    (
      await workbench.page
        .locator(
          '.diff-editor-view .modified-in-monaco-diff-editor .view-line, .monaco-diff-editor .modified .view-line',
        )
        .allInnerTexts()
    )
      .join('\n')
      .replaceAll('\u00a0', ' ');
  const diff = () => workbench.page.locator('.monaco-diff-editor');

  describe('Rewrite', () => {
    it('shows what is written in a diff beside the text, to be accepted or dropped', async () => {
      await workbench.openFile('story.md');
      await workbench.goBehind('old light');
      await workbench.press('Control+Alt+h', 'r');
      assert.match(await workbench.notification(/rewritten/), /The text was rewritten/);
      await diff().waitFor();
      // Where there is little room, the diff shows the former line above the new one.
      await until('what was written is shown', async () =>
        (await modified()).split('\n').some((line) => line.trim() !== '' && line.trim() !== paragraph),
      );
      await workbench.screenshot('rewrite-dark');
      await workbench.press('Control+1');
      assert((await workbench.text()).includes(paragraph), 'the text is as it was');
    });

    for (const theme of ['light', 'highContrast', 'dark'] as (keyof typeof themes)[]) {
      it(`is seen in every theme (${theme})`, async () => {
        await workbench.press('Control+1');
        await workbench.setTheme(theme);
        await diff().waitFor();
        await workbench.screenshot(`rewrite-${theme}`);
      });
    }

    it('is written when it is accepted by its keys; one Undo brings the former text back', async () => {
      await workbench.press('Control+1');
      await workbench.press('Control+Alt+h', 'Enter');
      await diff().waitFor({ state: 'detached' });
      await workbench.focusEditor();
      const text = await until('it is written', async () => {
        const now = await workbench.text();
        return !now.includes(paragraph) && now;
      });
      assert(text.startsWith('Before.\n\n') && text.endsWith('\n\nAfter.\n'), text);
      await workbench.press('Control+Z');
      assert((await workbench.text()).includes(paragraph));
    });

    it('is dropped by the button of the diff', async () => {
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.focusEditor();
      await workbench.goBehind('old light');
      await workbench.runCommand('Headlight: Rewrite');
      await workbench.notification(/rewritten/);
      // A click would have to wait until nothing moves in the diff.
      await workbench.press('Control+2');
      const drop = workbench.page.getByRole('button', { name: /^Drop Rewrite/ });
      await drop.first().click();
      await diff().waitFor({ state: 'detached' });
      assert((await workbench.text()).includes(paragraph));
    });

    it('says how far it is with a long text, and Escape keeps what is done', async () => {
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.openFile('long.md');
      await workbench.press('Control+A');
      await whileSlow(workbench, async () => {
        await workbench.press('Control+Alt+h', 'r');
        // Its message is another a moment later.
        await workbench.notifications
          .filter({ hasText: /rewriting.*(?:[2-9]|\d\d) of 60/s })
          .first()
          .waitFor();
        await workbench.screenshot('rewrite-running');
        await workbench.focusEditor();
        await workbench.press('Escape');
        await workbench.notification(/\d+ of 60 parts were rewritten/);
      });
      await workbench.notifications.getByRole('button', { name: 'Drop' }).first().click();
      await diff().waitFor({ state: 'detached' });
      await idle(workbench);
      assert.equal(await workbench.text(), long);
    });
  });

  describe('with a model that cannot do it', () => {
    after(() => setFolderSettings(workbench, fixtureModels));

    it('says why, and leads to the models that can', async () => {
      const masked = fixtureModels['headlight.models.fill'];
      setFolderSettings(workbench, { ...fixtureModels, 'headlight.models.rewrite': masked });
      await workbench.openFile('story.md');
      await workbench.goBehind('old light');
      await until(
        'the new model is asked',
        async () => {
          await workbench.runCommand('Notifications: Clear All Notifications');
          await workbench.focusEditor();
          await workbench.runCommand('Headlight: Rewrite');
          await workbench.notification(/rewritten|can't rewrite/);
          return (await workbench.notifications.filter({ hasText: /can't rewrite/ }).count()) > 0;
        },
        60_000,
      );
      const message = await workbench.notification(/can't rewrite/);
      assert.match(
        message,
        /"bert-masked" can't rewrite text: it is a masked model.*Choose an encoder-decoder/,
      );
      await workbench.screenshot('unable');
      const button = (name: string) => workbench.notifications.getByRole('button', { name });
      await button('Choose a Model…').waitFor();
      await button('Add Model…').click();
      await workbench.quickPick.widget.getByText('Add a model to rewrite text').waitFor();
      const rows = await workbench.quickPick.texts();
      assert(rows.some((row) => row.startsWith('Xenova/t5-small')));
      assert(!rows.some((row) => row.startsWith('Xenova/gpt2')), rows.join('\n'));
      await workbench.press('Escape');
    });
  });

  describe('Fill a Gap', () => {
    it('ranks several words by T5 and one token by BERT, each previewed in place', async () => {
      await workbench.openFile('gap.md');
      await workbench.goBehind('The dog');
      await workbench.press('Control+Alt+h', 'g');
      const rows = await workbench.quickPick.texts();
      assert(rows.length > 8, rows.join('\n'));
      const widget = await workbench.quickPick.widget.innerText();
      assert.match(widget.replaceAll('\u00a0', ' '), /t5: one or several words/);
      const first = rows[0]!.split(',')[0]!.trim();
      await until('it is previewed', async () =>
        (await decorationTexts(workbench)).some((text) => text.trim() === first),
      );
      await workbench.screenshot('gap');
      await workbench.press('Enter');
      await workbench.quickPick.widget.waitFor({ state: 'hidden' });
      await workbench.focusEditor();
      await until('it is written', async () => !(await workbench.text()).includes('[MASK]'));
      await workbench.press('Control+Z');
      assert.equal(await workbench.text(), 'The dog [MASK] near the house.\n');
    });
  });
});
