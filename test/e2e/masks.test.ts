import assert from 'node:assert/strict';
import { decorationTexts, fixtureModels, settingsFile, sleep, tellOfFailure, until } from './support';
import { Workbench, type themes } from './workbench';

const one = 'The [MASK] was empty.\n';
/** A name that an address has to encode. */
const awkward = 'a mask (100%).md';
const two = 'The [MASK] was [MASK].\n';

describe('masks and words in the window', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      files: {
        [settingsFile]: JSON.stringify(fixtureModels),
        'one.md': one,
        [awkward]: one,
        'two-masks.md': two,
        'words.md': 'The houses were empty.\n',
      },
      settings: { 'files.autoSave': 'off' },
    });
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
    await workbench.press('Escape');
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  /** The label of a row of the pick. */
  const labelOf = (row: string): string => row.split(',')[0]!;

  /** Undoes once, and waits until the active document is `text`. */
  async function undoneTo(text: string): Promise<void> {
    await workbench.focusEditor();
    await workbench.press('Control+Z');
    await until('it is undone', async () => (await workbench.text()) === text);
  }

  /** The masks as they are drawn; their brackets may be spans of their own. */
  const drawn = () => workbench.editor.locator('.view-lines').getByText(/^\[?MASK\]?$/);

  /** The colour in which masks are drawn. */
  const maskColour = (): Promise<string> =>
    drawn()
      .first()
      .evaluate((element) => getComputedStyle(element).color);

  it('are coloured where they stand', async () => {
    await workbench.openFile('two-masks.md');
    await until('two masks', async () => (await drawn().count()) === 2);
    const colour = await maskColour();
    const plain = await workbench.editor
      .locator('.view-line span span')
      .first()
      .evaluate((element) => getComputedStyle(element).color);
    assert.notEqual(colour, plain);
  });

  it('say on hover what may stand there; a click writes it', async () => {
    await workbench.openFile(awkward);
    await drawn().hover();
    const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'what may stand here' });
    await hover.waitFor();
    assert.match(await hover.innerText(), /\d%/);
    await sleep(300);
    await workbench.screenshot('mask-hover');
    const link = hover.locator('td a').first();
    const word = await link.innerText();
    await link.click();
    await until('it is written', async () => (await workbench.text()) === one.replace('[MASK]', word));
    await undoneTo(one);
  });

  it('complete to a word', async () => {
    await workbench.openFile('one.md');
    await workbench.goBehind('[MASK]');
    await workbench.press('Control+Space');
    const list = workbench.page.locator('.suggest-widget.visible .monaco-list-row');
    await list.first().waitFor();
    const label = await list.first().getAttribute('aria-label');
    assert.match(label ?? '', /%/);
    await workbench.screenshot('mask-completion');
    const word = await list.first().locator('.label-name').innerText();
    await workbench.press('Enter');
    await until('it is written', async () => (await workbench.text()) === one.replace('[MASK]', word));
    await undoneTo(one);
  });

  it('have code actions', async () => {
    await workbench.openFile('one.md');
    await workbench.goBehind('The [MA');
    await workbench.press('Control+.');
    const menu = workbench.page.locator('.action-widget');
    await menu
      .getByText(/Fill with “/)
      .first()
      .waitFor();
    await workbench.screenshot('mask-actions');
    await menu.getByText(/Fill Mask…/).waitFor();
    await workbench.press('Escape');
  });

  it('are filled together: whole fillings, previewed and written as one undo step', async () => {
    await workbench.openFile('two-masks.md');
    await workbench.goBehind('The');
    await workbench.runCommand('Headlight: Fill Mask');
    const rows = await workbench.quickPick.texts();
    assert(rows.length >= 10);
    for (const row of rows) assert.match(row, /^\S+ · \S+, .*%/);
    const [first, second] = labelOf(rows[1]!).split(' · ');
    await workbench.press('ArrowDown');
    await until('both are previewed', async () => {
      const shown = await decorationTexts(workbench);
      return shown.includes(first!) && shown.includes(second!);
    });
    await workbench.screenshot('fill-together');
    await workbench.press('Enter');
    await workbench.quickPick.widget.waitFor({ state: 'hidden' });
    await until('both are written', async () => (await workbench.text()) === `The ${first} was ${second}.\n`);
    await undoneTo(two);
  });

  it('can be chosen for one after the other, and back', async () => {
    await workbench.openFile('two-masks.md');
    await workbench.goBehind('The');
    await workbench.runCommand('Headlight: Fill Mask');
    await workbench.quickPick.texts();
    const { widget } = workbench.quickPick;
    await widget.getByRole('button', { name: 'Choose Mask by Mask' }).click();
    await widget.getByText('1/2').waitFor();
    const rows = await workbench.quickPick.texts();
    await workbench.quickPick.input.focus();
    await workbench.press('Enter');
    await widget.getByText('2/2').waitFor();
    const first = labelOf(rows[0]!);
    await until('the chosen one stays in sight', async () =>
      (await decorationTexts(workbench)).includes(first),
    );
    await workbench.screenshot('fill-second-mask');
    await widget.getByRole('button', { name: 'Back' }).click();
    await widget.getByText('1/2').waitFor();
    await workbench.quickPick.input.focus();
    await workbench.press('Enter');
    await widget.getByText('2/2').waitFor();
    const second = labelOf((await workbench.quickPick.texts())[0]!);
    await workbench.press('Enter');
    await widget.waitFor({ state: 'hidden' });
    await until('both are written', async () => (await workbench.text()) === `The ${first} was ${second}.\n`);
    await undoneTo(two);
  });

  it('suggests other words for the one under the cursor', async () => {
    const text = 'The houses were empty.\n';
    await workbench.openFile('words.md');
    await workbench.goBehind('The hou');
    await workbench.press('Control+Alt+h', 'w');
    const rows = await workbench.quickPick.texts();
    assert(!rows.some((row) => labelOf(row).toLowerCase() === 'houses'));
    assert.match((await workbench.quickPick.input.getAttribute('placeholder')) ?? '', /“houses” itself: .*%/);
    const word = labelOf(rows[1]!);
    await workbench.press('ArrowDown');
    await until('it is previewed', async () => (await decorationTexts(workbench)).includes(word));
    await workbench.screenshot('other-words');
    await workbench.press('Enter');
    await workbench.quickPick.widget.waitFor({ state: 'hidden' });
    await until('it is written', async () => (await workbench.text()) === text.replace('houses', word));
    await undoneTo(text);
  });

  it('inserts a missing word with its spaces', async () => {
    const text = 'The houses were empty.\n';
    await workbench.openFile('words.md');
    await workbench.goBehind('The');
    await workbench.press('Control+Alt+h', 'i');
    const word = labelOf((await workbench.quickPick.texts())[0]!);
    await until('it is previewed', async () => (await decorationTexts(workbench)).includes(` ${word}`));
    await workbench.screenshot('missing-word');
    await workbench.press('Enter');
    await workbench.quickPick.widget.waitFor({ state: 'hidden' });
    await until('it is written', async () => (await workbench.text()) === text.replace('The', `The ${word}`));
    await undoneTo(text);
  });

  it('are seen in every theme', async () => {
    const colours = new Set<string>();
    for (const theme of [
      'light',
      'highContrast',
      'highContrastLight',
      'dark',
    ] satisfies (keyof typeof themes)[]) {
      await workbench.setTheme(theme);
      await workbench.openFile('two-masks.md');
      await drawn().first().waitFor();
      colours.add(await maskColour());
      await workbench.screenshot(`masks-${theme}`);
    }
    assert.equal(colours.size, 4);
  });
});
