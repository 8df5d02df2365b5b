import assert from 'node:assert/strict';
import { AttentionPage, claimGraphicsCard } from './attentionView';
import { fixtureModels, setFolderSettings, settingsFile, tellOfFailure, until } from './support';
import { Workbench } from './workbench';

const first = 'The cat sat on the mat and slept.';
const second = 'A boat came in with the wind.';
/** More than the pause after which the view follows, for tests in which it is to do nothing. */
const readsAgainMs = 1000;

describe('the attention view and its document', () => {
  let workbench: Workbench;
  let view: AttentionPage;
  before(async () => {
    workbench = await Workbench.open({
      files: {
        [settingsFile]: JSON.stringify(fixtureModels),
        'story.txt': `${first}\n\n${second}\n${'\nMore.\n'.repeat(80)}`,
        'other.txt': 'Another document.\n',
      },
      size: { width: 1500, height: 900 },
    });
    workbench.page.setDefaultTimeout(30_000);
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.openFile('story.txt');
    await workbench.goTo(1, 2);
    await workbench.press('Control+Alt+h', 'a');
    view = await AttentionPage.of(workbench);
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  const shown = async (): Promise<string> =>
    (await view.side().locator('.text').first().innerText()).replace(/^\[CLS\]\s*|\s*\[SEP\]$/g, '');
  const marks = () => workbench.editorOf('story.txt').locator('.cdr[class*="ced-"]');
  const pin = async (on: boolean) => {
    if ((await view.toggle('pin').getAttribute('aria-pressed')) !== String(on))
      await view.toggle('pin').click();
    await view.frame.locator(`button.toggle[aria-pressed=${on}]`, { hasText: /^pin$/ }).waitFor();
  };

  /** Whatever the test before has left: the view follows the story beside it, whose first paragraph has the cursor. */
  beforeEach(async () => {
    if (await workbench.quickPick.widget.isVisible()) await workbench.press('Escape');
    await workbench.page.locator('.tab[data-resource-name="story.txt"]').first().click();
    await workbench.focusEditorOf('story.txt');
    if (await workbench.page.locator('.tab.active.dirty[data-resource-name="story.txt"]').isVisible())
      await workbench.runCommand('File: Revert File');
    await workbench.goTo(1, 2);
    const seen = await workbench.page.locator('iframe.webview.ready').last().isVisible();
    if (!seen || (await shown()) !== first) {
      await workbench.press('Control+Alt+h', 'a');
      view = await AttentionPage.of(workbench);
    }
    const stop = view.frame.getByRole('button', { name: 'Stop comparing' });
    if (await stop.isVisible()) await stop.click();
    await pin(false);
    await until('the first paragraph is shown', async () => (await shown()) === first);
    await view.frame.locator('.side-a[aria-busy=false]').waitFor();
    await workbench.focusEditorOf('story.txt');
  });

  it('focuses the token at the cursor', async () => {
    await workbench.goTo(1, first.indexOf('mat') + 2);
    const inMat = await until('a token of the word', async () => {
      const text = await view.focused.innerText();
      return 'mat'.includes(text) && text;
    });
    await workbench.goTo(1, 6);
    await until('another token', async () => (await view.focused.innerText()) !== inMat);
  });

  it('marks the focused token in the document and scrolls there', async () => {
    await pin(true);
    await workbench.focusEditorOf('story.txt');
    await workbench.goTo(80);
    // The view has the focus as soon as it is clicked into, and then there is no active editor.
    const lines = () => workbench.visibleLines(workbench.editorOf('story.txt'));
    await until('it is scrolled away', async () => {
      const now = await lines();
      return now.length > 0 && !now.includes(first);
    });
    await view.tokens.nth(2).click();
    await until('it is scrolled back', async () => (await lines()).includes(first));
    await marks().first().waitFor();
  });

  it('follows the cursor into another paragraph, and a selection', async () => {
    await workbench.goTo(3, 4);
    await until('the other paragraph', async () => (await shown()) === second);
    await workbench.selectText('boat came');
    await until('the selection', async () => (await shown()) === 'boat came');
    await workbench.goTo(1, 1);
    await until('the paragraph at the cursor', async () => (await shown()) === first);
    await workbench.screenshot('attention-follows');
  });

  it('follows edits', async () => {
    await workbench.goBehind('slept');
    await workbench.type(' well');
    await until('the new text', async () => (await shown()) === first.replace('slept', 'slept well'));
    await until('the token at the cursor', async () => 'well'.includes(await view.focused.innerText()));
    await workbench.press('Control+Z');
    await until('the former text', async () => (await shown()) === first);
  });

  it('forgets what hung on a token of another text', async () => {
    await workbench.goTo(1, 1);
    await until('its first token', async () => (await view.focused.innerText()).startsWith('T'));
    const at = await view.tokens.evaluateAll((tokens) =>
      tokens.findIndex((token) => token.ariaSelected === 'true'),
    );
    await view.tab('Occlusion');
    await view.frame.getByRole('button', { name: 'Hide each token in turn' }).click();
    const losses = view.side().locator('.occlusion tbody tr');
    await losses.nth(3).waitFor();
    await workbench.focusEditorOf('story.txt');
    await workbench.goTo(3, 1);
    await until('the other paragraph', async () => (await shown()) === second);
    await view.frame.locator('.side-a[aria-busy=false]').waitFor();
    await until('its numbers', async () => (await view.weights()).every((weight) => weight >= 0));
    assert.equal(
      await view.tokens.nth(at).getAttribute('aria-selected'),
      'true',
      'the same place of another text',
    );
    assert.equal(await losses.count(), 0);
    await view.tab('Map');
  });

  it('leaves other documents alone', async () => {
    await workbench.openFile('other.txt');
    await workbench.goTo(1, 3);
    await workbench.page.waitForTimeout(readsAgainMs);
    assert.equal(await shown(), first);
  });

  it('stays with its text while it is pinned, and catches up when it no longer is', async () => {
    await pin(true);
    await workbench.focusEditorOf('story.txt');
    await workbench.goTo(3, 4);
    await workbench.page.waitForTimeout(readsAgainMs);
    assert.equal(await shown(), first);
    await pin(false);
    await until('the paragraph at the cursor', async () => (await shown()) === second);
  });

  it('keeps what it shows while it is hidden', async () => {
    await workbench.press('Control+2');
    await workbench.runCommand('File: New Untitled Text File');
    await view.frame.locator('body').waitFor({ state: 'hidden' });
    const tab = (name: RegExp) => workbench.page.locator('.tab', { hasText: name });
    await tab(/^Attention/).click();
    view = await AttentionPage.of(workbench);
    await view.head(2, 1).click();
    await view.choice('Sort').selectOption('distance');
    await view.tab('Lines');
    const token = await view.tokens.nth(2).innerText();
    await view.tokens.nth(2).click();
    // At once: what was done last is kept too.
    await tab(/^Untitled/).click();
    await view.frame.locator('body').waitFor({ state: 'hidden' });
    await workbench.runCommand('View: Close Editor');
    view = await AttentionPage.of(workbench);
    await view.title().filter({ hasText: 'Layer 2, head 1' }).waitFor();
    assert.equal(await view.focused.innerText(), token);
    assert.equal(await view.side().getByRole('tab', { name: 'Lines' }).getAttribute('aria-selected'), 'true');
    assert.equal(await view.choice('Sort').inputValue(), 'distance');
  });

  it('keeps what it shows when it is moved to another group of editors', async () => {
    const groups = workbench.page.locator('.editor-group-container');
    await view.head(1, 3).click();
    await groups
      .and(workbench.page.locator('.active'))
      .locator('.tab.active', { hasText: 'Attention' })
      .waitFor();
    await workbench.runCommand('View: Move Editor into Left Group');
    await until('one group', async () => (await groups.count()) === 1);
    await view.title().filter({ hasText: 'Layer 1, head 3' }).waitFor();
    await workbench.runCommand('View: Move Editor into Right Group');
    await until('two groups', async () => (await groups.count()) === 2);
    await view.title().filter({ hasText: 'Layer 1, head 3' }).waitFor();
    assert.equal(await shown(), first);
  });

  it('comes back with its two sides when the window is loaded again', async function () {
    this.timeout(120_000);
    await view.head(2, 1).click();
    await view.tab('Lines');
    await view.tokens.nth(2).click();
    await view.menu('Compare', 'With another head');
    await view.head(0, 3, 'b').click();
    await until('the right side', async () => (await view.title('b').innerText()) === 'Layer 0, head 3');
    const token = await view.focused.first().innerText();
    // The command, and not the browser's button: the window then keeps what it knows before it goes.
    await Promise.all([
      workbench.page.waitForEvent('load'),
      workbench.runCommand('Developer: Reload Window'),
    ]);
    await workbench.page.locator('iframe.webview.ready').waitFor({ timeout: 90_000 });
    view = await AttentionPage.of(workbench);
    await view.title('a').filter({ hasText: 'Layer 2, head 1' }).waitFor();
    await view.title('b').filter({ hasText: 'Layer 0, head 3' }).waitFor();
    assert.equal(await view.focused.first().innerText(), token);
    await view.frame.getByRole('button', { name: 'Stop comparing' }).click();
    await view.tab('Map');
  });

  it('comes back with what it showed last, also when nothing was done in it', async function () {
    this.timeout(120_000);
    await workbench.goTo(3, 4);
    await until('the other paragraph', async () => (await shown()) === second);
    await view.menu('Compare', 'With another text…');
    await workbench.quickPick.input.fill('A cat slept.');
    await workbench.press('Enter');
    await view.side('b').locator('.text .token').first().waitFor();
    await Promise.all([
      workbench.page.waitForEvent('load'),
      workbench.runCommand('Developer: Reload Window'),
    ]);
    await workbench.page.locator('iframe.webview.ready').waitFor({ timeout: 90_000 });
    view = await AttentionPage.of(workbench);
    await until('the text that was shown last', async () => (await shown()) === second);
    await view.side('b').locator('.text', { hasText: /cat/ }).first().waitFor();
    await view.frame.getByRole('button', { name: 'Stop comparing' }).click();
  });

  it('shows a longer text in windows, and says so', async () => {
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.focusEditor();
    await workbench.page.keyboard.insertText('The old lighthouse stood near the beach. '.repeat(30));
    await workbench.press('Control+Home');
    await workbench.runCommand('Headlight: Show Attention');
    const note = view.side().locator('.window');
    await note
      .filter({ hasText: /longer than the model’s window. Window 1 of \d+: characters 0 to \d+/ })
      .waitFor();
    await view.frame.getByRole('button', { name: 'Window after' }).click();
    await note.filter({ hasText: 'Window 2 of' }).waitFor();
    await until('the second window is painted', async () => (await view.tokens.count()) === 128);
    await workbench.screenshot('attention-window');
  });

  it('draws the same map with WebGL2, where a graphics card draws it', async () => {
    // The browser of the tests has no card; one that says it has draws by the same calls.
    await claimGraphicsCard(workbench.page);
    setFolderSettings(workbench, { ...fixtureModels, 'headlight.models.attention': undefined });
    await workbench.press('Control+2');
    await workbench.runCommand('View: Close Editor');
    await workbench.page.locator('iframe.webview').waitFor({ state: 'detached' });
    await workbench.openFile('story.txt');
    await workbench.goTo(1, 2);
    await workbench.runCommand('Headlight: Show Attention');
    view = await AttentionPage.of(workbench);
    const field = view.side().locator('.field');
    assert.equal(await field.getAttribute('data-painter'), 'webgl');
    const picture = () =>
      field.locator('.cells').evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const copy = document.createElement('canvas');
        [copy.width, copy.height] = [canvas.width, canvas.height];
        const context = copy.getContext('2d')!;
        context.drawImage(canvas, 0, 0);
        return new Set(new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer)).size;
      });
    await until('it is drawn', async () => (await picture()) > 3);
    await workbench.screenshot('attention-webgl');
  });
});
