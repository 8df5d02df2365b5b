import assert from 'node:assert/strict';
import { tellOfFailure, until } from './support';
import { Workbench } from './workbench';

/** With the embedded model, as a writer would see it first. */
describe('continuations to choose from', () => {
  const text = 'The old lighthouse had been empty for years, and when the door was\n\nThe next paragraph.\n';
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      files: { 'story.md': text },
      settings: { 'files.autoSave': 'off', 'headlight.ghostText.enabled': false },
    });
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
    await workbench.press('Escape');
  });

  /** The texts of the previews in the editor. */
  const previews = (): Promise<string[]> =>
    workbench.editor.locator('.view-lines span').evaluateAll((spans) =>
      spans
        .map((span) => getComputedStyle(span, '::after'))
        .filter(({ position, content }) => position === 'absolute' && content !== 'none')
        .map(({ content }) => content.slice(1, -1).replace(/\\(.)/g, '$1')),
    );

  /** Runs the command and waits for the continuations; gives their rows. */
  async function continuations(different: readonly string[] = []): Promise<string[]> {
    return until(
      'continuations',
      async () => {
        const rows = (await workbench.quickPick.texts()).filter((row) => /a token/.test(row));
        return rows.length > 1 && rows.join() !== different.join() && rows;
      },
      30_000,
    );
  }

  const previewed = (row: string): Promise<string> =>
    until(`the preview of ${row}`, async () => {
      const [preview = ''] = await previews();
      // Line ends are shown in the text, and left out in the list.
      const words = preview.replace(/\s*⏎\s*/g, ' ').trim();
      return words !== '' && row.startsWith(words.slice(0, 20)) && preview;
    });

  it('shows each with its probability, and the focused one in place; Escape leaves the text alone', async () => {
    await workbench.openFile('story.md');
    await workbench.goBehind('the door was');
    await workbench.press('Control+Alt+h', 'Shift+C');
    const rows = await continuations();
    for (const row of rows) assert.match(row, /% a token .* log probability −\d/);
    const all = await workbench.quickPick.texts();
    for (const words of ['Precise', 'Balanced', 'Free', 'temperature 0.8, top-p 0.95, top-k 50'])
      assert(
        all.some((row) => row.includes(words)),
        words,
      );
    await previewed(rows[0]!);
    await workbench.press('ArrowDown');
    await previewed(rows[1]!);
    for (const theme of ['choices-dark'] as const) await workbench.screenshot(theme);
    await workbench.press('Escape');
    await until('no preview', async () => (await previews()).length === 0);
    assert.equal(await workbench.text(), text);
    assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
  });

  it('draws others, lengthens, and writes the chosen one; one Undo brings the former text back', async () => {
    await workbench.openFile('story.md');
    await workbench.goBehind('the door was');
    await workbench.press('Control+Alt+h', 'Shift+C');
    const first = await continuations();
    await workbench.press('Control+Alt+h', 'r');
    const second = await continuations(first);
    await previewed(second[0]!);
    await workbench.press('Control+Alt+h', 'l');
    const longer = await until(
      'a longer one',
      async () => {
        const [preview] = await previews();
        const words = second[0]!.split('…')[0]!;
        return preview !== undefined && preview.length > words.length + 20 && preview;
      },
      30_000,
    );
    await workbench.screenshot('choices-longer');
    await workbench.press('Enter');
    await workbench.quickPick.widget.waitFor({ state: 'hidden' });
    await workbench.focusEditor();
    const after = await until('it is written', async () => {
      const now = await workbench.text();
      return now !== text && now;
    });
    assert(after.replace(/\s*\n\s*/g, ' ⏎ ').includes(longer.slice(0, 60)), `${longer}\n${after}`);
    assert(after.endsWith('\n\nThe next paragraph.\n'));
    await workbench.press('Control+Z');
    assert.equal(await workbench.text(), text);
  });

  it('draws more freely, by a row of the list', async () => {
    await workbench.openFile('story.md');
    await workbench.goBehind('the door was');
    await workbench.runCommand('Headlight: Continue Text…');
    const first = await continuations();
    await workbench.press('ArrowUp', 'Enter');
    await continuations(first);
    for (const theme of ['light', 'highContrast'] as const) {
      await workbench.press('Escape');
      await workbench.setTheme(theme);
      await workbench.openFile('story.md');
      await workbench.goBehind('the door was');
      await workbench.runCommand('Headlight: Continue Text…');
      await previewed((await continuations())[0]!);
      await workbench.screenshot(`choices-${theme}`);
    }
  });
});
