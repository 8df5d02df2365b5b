import assert from 'node:assert/strict';
import { decorationTexts, fixtureModels, settingsFile, tellOfFailure, until } from './support';
import { Workbench, type themes } from './workbench';

const story = `# The house

She opened the door of the old house. The room behind it was dark and cold. Version 2.3 of the compiler drops support for Windows XP.

Nobody had lived there for years, and the windows were broken. A bird flew up from the stairs.
`;

describe('reading with Headlight', () => {
  let workbench: Workbench;
  before(async () => {
    const { 'headlight.models.answer': answer } = fixtureModels;
    workbench = await Workbench.open({
      // Meaning is the embedded model's; of answers there is none embedded.
      files: { [settingsFile]: JSON.stringify({ 'headlight.models.answer': answer }), 'story.md': story },
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  describe('Check Flow', () => {
    const signs = async () => (await decorationTexts(workbench)).filter((text) => /⚠/.test(text));

    it('marks weak joints with a sign and a line, and says how many there are', async () => {
      await workbench.openFile('story.md');
      await workbench.goTo(1);
      await workbench.press('Control+Alt+h', 'f');
      const message = await workbench.notification(/Flow:/);
      const [, weak, all] = /(\d+) of (\d+) joints are weak/.exec(message) ?? [];
      assert.equal(Number(all), 4, message);
      const marks = await until('signs', async () => {
        const found = await signs();
        return found.length === Number(weak) && found;
      });
      for (const mark of marks) assert.match(mark, /⚠.* [\d.]+%/);
      assert(await workbench.editor.locator('.cdr[class*="ced-"]').count());
      await workbench.screenshot('flow-dark');
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.focusEditor();
    });

    it('goes to the next and the previous weak joint by keys', async () => {
      await workbench.goTo(1);
      await workbench.press('Control+Alt+h', ']');
      const first = await until('the first weak joint', async () => {
        const cursor = await workbench.cursor();
        return cursor.line > 1 && cursor;
      });
      const line = story.split('\n')[first.line - 1]!;
      assert.equal(line.slice(first.column - 1).startsWith('Version'), true, `${first.line}:${first.column}`);
      await workbench.page.getByText(/Headlight: 1 of \d+, weak joint/).waitFor();
      await workbench.press('Control+Alt+h', '[');
      await workbench.page.getByText(/Headlight: (\d+) of \1, weak joint/).waitFor();
    });

    it('lists them, each shown in the text while it is focused', async () => {
      await workbench.goTo(1);
      await workbench.runCommand('Headlight: List Weak Joints');
      const rows = await workbench.quickPick.texts();
      assert(
        rows.some((row) => /%.*dark and cold\. ⚠.* Version 2\.3/.test(row)),
        rows.join('\n'),
      );
      await until('the first is shown', async () => (await workbench.cursor()).line > 1);
      await workbench.screenshot('flow-list');
      await workbench.press('Escape');
      await until('the cursor is back', async () => (await workbench.cursor()).line === 1);
    });

    it('has the probability of every joint on hover', async () => {
      await workbench.focusEditor();
      await workbench.goBehind('dark and col');
      await workbench.press('Control+K', 'Control+I');
      const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'weak joint' });
      assert.match(await hover.innerText(), /follows the first with a probability of [\d.]+%/);
      await workbench.screenshot('flow-hover');
    });

    for (const theme of ['light', 'highContrast', 'dark'] as (keyof typeof themes)[]) {
      it(`is seen in every theme (${theme})`, async () => {
        await workbench.setTheme(theme);
        assert((await signs()).length > 0);
        await workbench.screenshot(`flow-${theme}`);
      });
    }

    it('takes the marks away on Escape', async () => {
      await workbench.focusEditor();
      await workbench.press('Escape');
      await until('no signs', async () => (await signs()).length === 0);
    });
  });

  describe('Answer a Question', () => {
    const selection = () => workbench.page.locator('#status\\.editor\\.selection').innerText();

    it('asks, selects the best answer and lists the others with scores', async () => {
      await workbench.openFile('story.md');
      await workbench.goTo(1);
      await workbench.press('Control+Alt+h', 'q');
      await workbench.quickPick.widget.getByText('Ask about the whole text').waitFor();
      await workbench.quickPick.input.fill('What was dark and cold?');
      await workbench.press('Enter');
      await workbench.quickPick.rows.first().waitFor();
      const rows = await workbench.quickPick.texts();
      assert(rows.length > 2, rows.join('\n'));
      for (const row of rows) assert.match(row, /%.*line \d/);
      assert.match(await selection(), /selected/);
      await workbench.screenshot('answer');
    });

    it('shows the next answer one key away, and keeps it with Enter', async () => {
      const first = await selection();
      await workbench.press('ArrowDown');
      await until('another part is selected', async () => (await selection()) !== first);
      const second = await selection();
      await workbench.press('Enter');
      await workbench.quickPick.widget.waitFor({ state: 'hidden' });
      assert.equal(await selection(), second);
    });

    it('remembers the question', async () => {
      await workbench.focusEditor();
      await workbench.press('Control+Alt+h', 'q');
      await workbench.quickPick.widget.getByText('Ask about the selection').waitFor();
      assert.equal(await workbench.quickPick.input.inputValue(), 'What was dark and cold?');
    });
  });
});
