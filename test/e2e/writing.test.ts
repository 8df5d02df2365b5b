import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  decorationTexts,
  endlessModel,
  fixtureModels,
  idle,
  setFolderSettings,
  settingsFile,
  sleep,
  tellOfFailure,
  until,
  whileSlow,
} from './support';
import { Workbench } from './workbench';

const doorLine = 'for years, and when the door was';

describe('writing with Headlight', () => {
  let workbench: Workbench;
  let models: typeof fixtureModels;
  before(async () => {
    models = { ...fixtureModels, 'headlight.models.continue': endlessModel() };
    workbench = await Workbench.open({
      files: {
        [settingsFile]: JSON.stringify(models),
        'two.md': 'The beach was empty\n\nThe old lighthouse\n',
      },
      settings: { 'headlight.continue.maxNewTokens': 400, 'files.autoSave': 'off' },
    });
  });
  after(async () => {
    await workbench?.close();
    rmSync(dirname(models['headlight.models.continue']), { recursive: true, force: true });
  });
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
    await workbench.press('Escape');
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  describe('Continue Text', () => {
    it('writes at the cursor; one Undo brings the former text back', async () => {
      await workbench.openFile('welcome.md');
      const before = await workbench.text();
      await workbench.goBehind(doorLine);
      await workbench.runCommand('Headlight: Continue Text');
      await until(
        'text is written',
        async () => !(await workbench.visibleLines()).some((line) => line.endsWith(doorLine)),
      );
      await idle(workbench);
      const after = await workbench.text();
      assert.notEqual(after, before);
      assert.equal(after.indexOf(before.slice(0, before.indexOf(doorLine) + doorLine.length)), 0);
      await workbench.press('Control+Z');
      assert.equal(await workbench.text(), before);
    });

    it('stops on Escape, shows progress, and keeps what was written', async () => {
      await workbench.openFile('welcome.md');
      const before = await workbench.text();
      await workbench.goBehind(doorLine);
      await whileSlow(workbench, async () => {
        await workbench.press('Control+Alt+h', 'c');
        await workbench.notification(/continuing the text/);
        await until(
          'the first words',
          async () => !(await workbench.visibleLines()).some((line) => line.endsWith(doorLine)),
        );
        await workbench.screenshot('continue-running');
        await workbench.focusEditor();
        await workbench.press('Escape');
        await workbench.notifications.filter({ hasText: /continuing/ }).waitFor({ state: 'detached' });
      });
      const stopped = await workbench.text();
      assert(stopped.length > before.length);
      await sleep(500);
      assert.equal(await workbench.text(), stopped);
      await workbench.press('Control+Z');
      assert.equal(await workbench.text(), before);
    });

    it('stops by the Cancel button', async () => {
      await workbench.openFile('welcome.md');
      const before = await workbench.text();
      await workbench.goBehind(doorLine);
      await whileSlow(workbench, async () => {
        await workbench.press('Control+Alt+h', 'c');
        await workbench.notification(/continuing the text/);
        await workbench.notifications.getByRole('button', { name: 'Cancel' }).click();
        await workbench.notifications.filter({ hasText: /continuing/ }).waitFor({ state: 'detached' });
      });
      await workbench.focusEditor();
      const stopped = await workbench.text();
      assert(stopped.length < before.length + 300);
      if (stopped !== before) await workbench.press('Control+Z');
      assert.equal(await workbench.text(), before);
    });

    it('continues several cursors, each for itself, in one undo step', async () => {
      await workbench.openFile('two.md');
      const before = await workbench.text();
      await workbench.goBehind('beach was empty');
      await workbench.press('Shift+Alt+ArrowDown', 'Shift+Alt+ArrowDown', 'End');
      await workbench.runCommand('Headlight: Continue Text');
      await until(
        'text is written',
        async () => !(await workbench.visibleLines()).some((line) => line.endsWith('lighthouse')),
      );
      await idle(workbench);
      const after = await workbench.text();
      assert(
        after.startsWith('The beach was empty') &&
          !after.startsWith('The beach was empty\n\nThe old lighthouse\n'),
      );
      assert(!after.endsWith('The old lighthouse\n'));
      await workbench.press('Control+Z');
      assert.equal(await workbench.text(), before);
    });
  });

  describe('Fill Mask', () => {
    it('previews the focused candidate in place, and Escape leaves the text alone', async () => {
      await workbench.openFile('welcome.md');
      const before = await workbench.text();
      await workbench.goBehind('She opened the');
      await workbench.runCommand('Headlight: Fill Mask');
      const rows = await workbench.quickPick.texts();
      assert(rows.length >= 10);
      assert(
        rows.every((row) => /%/.test(row)),
        rows.join('\n'),
      );
      const first = rows[0]!.split(',')[0]!;
      const second = rows[1]!.split(',')[0]!;
      await until('the first is previewed', async () => (await decorationTexts(workbench)).includes(first));
      await workbench.press('ArrowDown');
      await until('the second is previewed', async () => (await decorationTexts(workbench)).includes(second));
      await workbench.screenshot('fill');
      await workbench.press('Escape');
      await until('no preview', async () => !(await decorationTexts(workbench)).includes(second));
      assert.equal(await workbench.text(), before);
      assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
    });

    it('writes what is chosen with Enter; one Undo brings the mask back', async () => {
      await workbench.openFile('welcome.md');
      const before = await workbench.text();
      await workbench.goBehind('She opened the');
      await workbench.press('Control+Alt+h', 'm');
      const rows = await workbench.quickPick.texts();
      await workbench.press('ArrowDown', 'Enter');
      await workbench.quickPick.widget.waitFor({ state: 'hidden' });
      await workbench.focusEditor();
      const chosen = rows[1]!.split(',')[0]!;
      await until('the word is written', async () =>
        (await workbench.text()).includes(`She opened the ${chosen} and`),
      );
      await workbench.press('Control+Z');
      assert.equal(await workbench.text(), before);
    });

    it('says what to write when there is no mask', async () => {
      await workbench.openFile('two.md');
      await workbench.goTo(1);
      await workbench.runCommand('Headlight: Fill Mask');
      assert.match(await workbench.notification(/mask/), /\[MASK\]/);
    });
  });

  describe('when something is wrong', () => {
    /** Sets the model of Continue Text and runs it until its message matches: settings are seen after a moment. */
    async function messageWith(model: string, pattern: RegExp): Promise<string> {
      setFolderSettings(workbench, { ...models, 'headlight.models.continue': model });
      await workbench.openFile('welcome.md');
      const before = await workbench.text();
      return until(
        `a message like ${pattern}`,
        async () => {
          await workbench.goBehind(doorLine);
          await workbench.runCommand('Headlight: Continue Text');
          await idle(workbench);
          if (await workbench.notifications.filter({ hasText: pattern }).count())
            return workbench.notification(pattern);
          await workbench.press('Control+Z');
          assert.equal(await workbench.text(), before);
          return false;
        },
        60_000,
      );
    }

    after(() => setFolderSettings(workbench, models));

    it('names the model folder that is missing, with a button to the log', async () => {
      assert.match(await messageWith('/no/such/model', /no\/such\/model/), /"\/no\/such\/model"/);
      await workbench.screenshot('error');
      await workbench.notifications.getByRole('button', { name: 'Show Log' }).click();
      await workbench.page.locator('.part.panel').getByText('/no/such/model').first().waitFor();
      await workbench.runCommand('View: Hide Panel');
    });

    it('says why a model of another family cannot do it', async () => {
      const masked = fixtureModels['headlight.models.fill'];
      assert.match(await messageWith(masked, /masked model/), /Choose a causal model/);
    });
  });

  it('offers the engine in the status bar', async () => {
    await workbench.openFile('welcome.md');
    await workbench.statusItem('Headlight').click();
    const rows = await workbench.quickPick.texts();
    assert.deepEqual(
      ['Restart Engine', 'Unload Models', 'Show Log'].filter(
        (label) => !rows.some((row) => row.includes(label)),
      ),
      [],
    );
    await workbench.press('Enter');
    await workbench.page.getByText('the engine was restarted').waitFor();
  });

  it('has its commands in the context menu', async () => {
    await workbench.openFile('welcome.md');
    await workbench.goBehind('She opened the');
    await workbench.press('Shift+F10');
    const menu = workbench.page.locator('.context-view .monaco-menu').first();
    await menu.getByText('Headlight').hover();
    await workbench.page.locator('.monaco-menu').getByText('Show Attention').waitFor();
    await workbench.screenshot('context-menu');
    await workbench.press('Escape', 'Escape');
  });
});
