import assert from 'node:assert/strict';
import { decorationTexts, setFolderSettings, sleep, tellOfFailure, until } from './support';
import { Workbench } from './workbench';

const review = [
  '# The harbour inn',
  '',
  'The food was wonderful and the people were kind. Our room was cold and the bed was broken.',
  '',
  '- A lovely view over the bay.',
  '- The noise kept us awake all night.',
  '',
].join('\n');

/** With the embedded model, as a writer would see it first. */
describe('sentiment in the document', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      files: { 'review.md': review },
      settings: { 'files.autoSave': 'off' },
    });
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
    await workbench.press('Escape');
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  const signs = async (): Promise<string[]> =>
    (await decorationTexts(workbench)).filter((text) => /[▲▼◆].*%/.test(text));

  /** Waits until so many sentences are marked. */
  const marked = (count: number): Promise<string[]> =>
    until(`${count} marks`, async () => {
      const found = await signs();
      return found.length === count && found;
    });

  /** Hovers over a text and gives the hover's text once it has what is waited for. */
  async function hoverOver(text: string, awaited: RegExp): Promise<string> {
    await workbench.page.mouse.move(0, 0);
    await workbench.editor.getByText(text, { exact: false }).first().hover();
    const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: awaited });
    await hover.waitFor();
    await sleep(300);
    return hover.innerText();
  }

  it('marks each sentence of a paragraph with its figure, and Escape takes the marks away', async () => {
    await workbench.openFile('review.md');
    await workbench.goBehind('The food was');
    await workbench.press('Control+Alt+h', 's');
    const message = await workbench.notification(/Sentiment:/);
    assert.match(message, /POSITIVE \d.*NEGATIVE \d.*2 sentences/);
    const marks = await marked(2);
    assert.match(marks[0]!, /▲ .*%/);
    assert.match(marks[1]!, /▼ .*%/);
    await until('the verdict', async () => /[▲▼] (POSITIVE|NEGATIVE) \d/.test(await workbench.statusBar()));
    await workbench.focusEditor();
    await workbench.press('Escape');
    await marked(0);
    assert.doesNotMatch(await workbench.statusBar(), /POSITIVE|NEGATIVE/);
  });

  it('shows its figures without inlay hints too', async () => {
    await workbench.openFile('review.md');
    await workbench.goBehind('The food was');
    await workbench.press('Control+Alt+h', 's');
    const hints = await marked(2);
    setFolderSettings(workbench, { 'editor.inlayHints.enabled': 'off' });
    try {
      // A decoration has the blank before it in its text.
      const wanted = hints.map((hint) => ` ${hint.trim()}`);
      await until('decorations', async () => (await signs()).join() === wanted.join());
      await workbench.screenshot('sentiment-without-inlay-hints');
    } finally {
      setFolderSettings(workbench, {});
    }
    await workbench.focusEditor();
    await workbench.press('Escape');
    await marked(0);
  });

  it('marks the whole document, and lists its sentences', async () => {
    await workbench.openFile('review.md');
    await workbench.runCommand('Headlight: Analyze Sentiment of the Document');
    await workbench.notification(/5 sentences/);
    await marked(5);
    await workbench.screenshot('sentiment');
    await workbench.runCommand('Headlight: Go to Sentence by Sentiment…');
    const rows = await workbench.quickPick.texts();
    assert.equal(rows.length, 5);
    assert(
      rows.every((row) => /(POSITIVE|NEGATIVE) .*%/.test(row)),
      rows.join('\n'),
    );
    await workbench.type('noise');
    await workbench.press('Enter');
    await until('the cursor is there', async () => (await workbench.cursor()).line === 6);
  });

  it('shows on hover all labels and the words that tip the verdict', async () => {
    await workbench.openFile('review.md');
    await workbench.runCommand('Headlight: Analyze Sentiment of the Document');
    await marked(5);
    await workbench.runCommand('Notifications: Clear All Notifications');
    const text = await hoverOver('wonderful and the people', /Words that tip it/);
    for (const part of ['sentiment of this sentence', 'POSITIVE', 'NEGATIVE'])
      assert(text.includes(part), text);
    assert(text.indexOf('sentiment of this') < text.indexOf('Words that tip'), text);
    assert.match(text, /wonderful\s+\+\d|kind\s+\+\d/);
    for (const theme of ['light', 'highContrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.openFile('review.md');
      await hoverOver('wonderful and the people', /Words that tip it/);
      await workbench.screenshot(`sentiment-hover-${theme}`);
    }
  });

  it('judges live: a sentence again when it changes, the others not', async () => {
    await workbench.openFile('review.md');
    await workbench.runCommand('Headlight: Toggle Live Sentiment');
    await marked(5);
    await workbench.focusEditor();
    await workbench.press('Escape');
    const before = await marked(5);
    await workbench.goBehind('The food was');
    await workbench.type(' not');
    const after = await until('another verdict', async () => {
      const now = await signs();
      return now.length === 5 && now.join() !== before.join() && now;
    });
    assert.equal(after.filter((sign, index) => sign !== before[index]).length, 1, after.join());
    await workbench.goBehind('all night.');
    await workbench.press('Enter');
    await workbench.type('Breakfast was late.');
    await marked(6);
    await workbench.screenshot('sentiment-live');
    assert.match(await workbench.statusBar(), /POSITIVE|NEGATIVE/);
    await workbench.runCommand('Headlight: Toggle Live Sentiment');
    await marked(0);
  });
});
