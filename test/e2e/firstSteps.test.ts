import assert from 'node:assert/strict';
import { sleep, tellOfFailure } from './support';
import { themes, Workbench } from './workbench';

const german =
  'Das alte Haus stand am Ende der Straße. Seit Jahren hatte dort niemand gewohnt, und der Garten war voller Unkraut.';

describe('the first steps', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      files: { 'haus.md': `${german}\n`, 'dorf.md': `${german} Das Dorf war klein.\n` },
    });
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  describe('the walkthrough', () => {
    // VS Code 1.139 leaves the picture out where there is less room for it.
    before(() => workbench.runCommand('View: Toggle Primary Side Bar Visibility'));
    after(() => workbench.runCommand('View: Toggle Primary Side Bar Visibility'));

    const step = (title: string) =>
      workbench.page.locator('.getting-started-step').filter({ hasText: title });

    async function openWalkthrough(): Promise<void> {
      await workbench.runCommand('Welcome: Open Walkthrough...');
      await workbench.quickPick.rows.filter({ hasText: 'Write with Headlight' }).first().click();
      await step('Write on').waitFor();
    }

    /** Shows a step with its picture. */
    async function show(title: string, picture: string): Promise<void> {
      await step(title).click();
      await workbench.page.locator('.getting-started-step.expanded').filter({ hasText: title }).waitFor();
      const frame = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
      await frame.locator('svg').filter({ hasText: picture }).waitFor();
    }

    // By the mouse: a picture that is still being loaded takes the focus, and so closes the list of commands.
    afterEach(async () => {
      const tab = workbench.page.locator('.tab.active').filter({ hasText: /Walkthrough|Welcome/ });
      await tab.getByRole('button', { name: 'Close' }).click();
      await tab.waitFor({ state: 'detached' });
    });

    for (const theme of ['dark', 'highContrast'] as const)
      it(`shows three steps, each with a picture, in the theme ${themes[theme].label}`, async () => {
        await workbench.setTheme(theme);
        await openWalkthrough();
        assert.equal(await workbench.page.locator('.getting-started-step').count(), 3);
        for (const [name, title, picture] of [
          ['write', 'Write on', 'lighthouse'],
          ['look', 'Find the word, hear the tone', 'window'],
          ['see', 'See what the model looks at', 'because'],
        ] as const) {
          await show(title, picture);
          await workbench.screenshot(`walkthrough-${name}-${theme}`);
        }
      });

    it('has buttons that do what they say, and knows which step is done', async () => {
      await workbench.setTheme('dark');
      await openWalkthrough();
      await step('Write on').click();
      await step('Write on').getByRole('button', { name: 'Write Something' }).click();
      await workbench.page.locator('.tab.active[data-resource-name^="Untitled"]').waitFor();
      await workbench.focusEditor();
      await workbench.type('The house was empty.');
      await workbench.runCommand('Headlight: Analyze Sentiment');
      await workbench.idle();
      await openWalkthrough();
      await step('Find the word').locator('.codicon-getting-started-step-checked').waitFor();
    });
  });

  describe('the hint about a language', () => {
    it('says which model was not trained for it and which to add, once, and leads there', async () => {
      await workbench.openFile('haus.md');
      await workbench.runCommand('Headlight: Analyze Sentiment');
      const message = await workbench.notification('was trained for');
      assert.match(message, /seems to be in German, but headlight-bert-sentiment was trained for English/);
      await workbench.screenshot('language-hint');
      await workbench.notifications.getByRole('button', { name: 'Choose a Model…' }).click();
      await workbench.quickPick.rows.first().waitFor();
      await workbench.screenshot('language-hint-models');
      await workbench.press('Escape');
      await workbench.openFile('dorf.md');
      await workbench.runCommand('Headlight: Analyze Sentiment');
      await workbench.idle();
      await sleep(500);
      assert.equal(await workbench.notifications.filter({ hasText: 'was trained for' }).count(), 0);
    });
  });
});
