import assert from 'node:assert/strict';
import { sleep, tellOfFailure } from './support';
import { themes, Workbench } from './workbench';

const german =
  'Das alte Haus stand am Ende der Straße. Seit Jahren hatte dort niemand gewohnt, und der Garten war voller Unkraut.';

describe('the first steps', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      settings: { 'headlight.ghostText.enabled': true },
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

    /** Clicks on a step's title: in the middle of an open one is a button. */
    const expand = (title: string): Promise<void> => step(title).locator('.step-title').click();

    async function openWalkthrough(): Promise<void> {
      await workbench.runCommand('Welcome: Open Walkthrough...');
      await workbench.quickPick.rows.filter({ hasText: 'Write with Headlight' }).first().click();
      await step('Write on').waitFor();
    }

    /** Shows a step with its picture. */
    async function show(title: string, picture: string): Promise<void> {
      await expand(title);
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

    describe('with no text open', () => {
      const sample = () => workbench.page.locator('.tab.active[data-resource-name^="Untitled"]');

      /** Whether a step is marked as done. */
      const isTicked = (title: string): Promise<boolean> =>
        step(title).locator('.codicon-getting-started-step-checked').isVisible();

      const waitForTick = (title: string): Promise<void> =>
        step(title).locator('.codicon-getting-started-step-checked').waitFor();

      async function pressButton(title: string, button: string): Promise<void> {
        await expand(title);
        await step(title).getByRole('button', { name: button, exact: true }).click();
        await sample().waitFor();
      }

      /** Closes the text; the page behind it may have gone back to the list of all walkthroughs. */
      async function closeText(): Promise<void> {
        await workbench.focusEditor();
        await workbench.runCommand('View: Revert and Close Editor');
        await sample().waitFor({ state: 'detached' });
        await openWalkthrough();
      }

      /** Where a key was typed before Headlight had started, only the next one is answered. */
      async function typeUntilSuggested(): Promise<void> {
        await workbench.focusEditor();
        await workbench.type('The old house stood at the end of the road. Nobody had lived there for');
        const suggestion = workbench.page.locator('.ghost-text-decoration').first();
        await workbench.until('a suggestion', async () => {
          await workbench.type(' ');
          const isThere = await suggestion.waitFor({ timeout: 3000 }).then(
            () => true,
            () => false,
          );
          if (!isThere) await workbench.press('Backspace');
          return isThere;
        });
      }

      beforeEach(async () => {
        await workbench.setTheme('dark');
        await openWalkthrough();
      });

      it('ticks the first step when a suggestion is taken over', async () => {
        await pressButton('Write on', 'Write Something');
        await typeUntilSuggested();
        await workbench.press('Escape');
        await closeText();
        assert.equal(
          await isTicked('Write on'),
          false,
          'a suggestion that was not taken over teaches nothing',
        );

        await pressButton('Write on', 'Write Something');
        await typeUntilSuggested();
        await workbench.press('Tab');
        await closeText();
        await waitForTick('Write on');
      });

      it('ticks no step for a command that has no text, and leads on to the sample', async () => {
        await workbench.runCommand('Headlight: Analyze Sentiment');
        await workbench.notification('Open a text first');
        await workbench.notifications.getByRole('button', { name: 'Try It on a Sample' }).waitFor();
        await workbench.screenshot('no-text');
        await openWalkthrough();
        assert.equal(await isTicked('Find the word'), false);
        await workbench.notifications.getByRole('button', { name: 'Try It on a Sample' }).click();
        await sample().waitFor();
        await workbench.notification(/Sentiment: .* \(2 sentences\)/);
        await closeText();
        await waitForTick('Find the word');
      });

      it('has buttons that do what they say, on the sample', async () => {
        await pressButton('Write on', 'Continue Text…');
        await workbench.quickPick.rows.filter({ hasText: 'a token' }).first().waitFor();
        await workbench.screenshot('walkthrough-continue');
        await workbench.press('Enter');
        await workbench.until('a continuation is written', async () =>
          (await workbench.visibleLines()).some((line) => /when the door was \S/.test(line)),
        );
        await closeText();

        await pressButton('Find the word', 'Fill Mask');
        await workbench.quickPick.rows.filter({ hasText: 'window' }).first().waitFor();
        await workbench.screenshot('walkthrough-fill');
        await workbench.press('Escape');
        await closeText();

        await pressButton('Find the word', 'Analyze Sentiment');
        await workbench.notification(/Sentiment: .* \(2 sentences\)/);
        await closeText();

        await pressButton('Find the word', 'Show Surprise');
        await workbench.statusItem('perplexity').waitFor();
        await workbench.screenshot('walkthrough-surprise');
        await closeText();

        assert.equal(await isTicked('See what the model looks at'), false);
        await pressButton('See what the model looks at', 'Show Attention');
        const view = await workbench.webview();
        await view.getByText('bidirectional').first().waitFor();
        await workbench.screenshot('walkthrough-attention');
        await workbench.page
          .locator('.tab')
          .filter({ hasText: 'Attention' })
          .getByRole('button', { name: 'Close' })
          .click();
        await closeText();
        await waitForTick('See what the model looks at');
      });
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
