import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { AttentionPage } from './attentionView';
import { enginePid, fixtureModels, setFolderSettings, settingsFile, tellOfFailure, until } from './support';
import { Workbench, type themes } from './workbench';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const sentence = 'The dog did not cross the road';

describe('the attention view', () => {
  let workbench: Workbench;
  let view: AttentionPage;
  before(async () => {
    workbench = await Workbench.open({
      files: { [settingsFile]: JSON.stringify(fixtureModels) },
      settings: { 'workbench.sideBar.location': 'right' },
      size: { width: 1600, height: 1000 },
    });
    workbench.page.setDefaultTimeout(30_000);
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.openFile('welcome.md');
    await workbench.goBehind(sentence);
    await workbench.press('Control+Alt+h', 'a');
    view = await AttentionPage.of(workbench);
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
  });

  /** Where the marked token begins in the document: the mark is the only frame of this width. */
  const marked = () =>
    workbench
      .editorOf('welcome.md')
      .locator('.cdr')
      .evaluateAll((elements) =>
        elements
          .filter((element) => getComputedStyle(element).borderTopWidth === '2px')
          .map((element) => element.getBoundingClientRect().left),
      );

  /** What axe finds wrong with the view as it is now. */
  const faults = async (): Promise<string[]> => {
    const body = await view.frame.locator('body').elementHandle();
    const page = (await body?.ownerFrame())!;
    await page.evaluate(readFileSync(axe, 'utf8'));
    return page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    });
  };

  /** Shows the sentence again with another model, which may be one that can't. */
  const showWith = async (model: string, can = true) => {
    setFolderSettings(workbench, { ...fixtureModels, 'headlight.models.attention': model });
    await workbench.focusEditorOf('welcome.md');
    await workbench.goBehind(sentence);
    const name = basename(model);
    // The setting is read again a moment after the file has changed.
    await workbench.until(`${name} is asked`, async () => {
      await workbench.press('Control+Alt+h', 'a');
      const said = can
        ? view.side().locator('h1', { hasText: name })
        : workbench.notifications.filter({ hasText: name }).first();
      return said.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
  };

  it('names the model, its layers, heads and tokens', async () => {
    assert.equal(await view.side().locator('h1').innerText(), 'Attention of bert-masked');
    const facts = await view.side().locator('.facts').innerText();
    assert.match(facts, /3 layers × 4 heads · \d+ tokens · bidirectional/);
    const text = (await view.side().locator('.text').first().innerText()).replace(/\s+/g, ' ');
    assert(text.startsWith('[CLS]') && text.endsWith('[SEP]'), text);
  });

  it('shows every layer and head, painted, each with its class', async () => {
    const shades = await view.shades();
    assert.equal(shades.length, 12);
    for (const different of shades) assert(different > 3, 'a thumbnail is of one colour');
    const captions = view.side().locator('.overview .caption');
    await until('classes', async () => (await captions.allInnerTexts()).every((text) => text.trim() !== ''));
    const title = await view.head(0, 0).getAttribute('title');
    assert.match(title ?? '', /^Layer 0, head 0: .* \(\d\.\d\d\); \d\.\d\d of its attention rests on/);
    await workbench.screenshot('attention-dark');
  });

  it('chooses a head by click and by arrow keys', async () => {
    await view.head(1, 2).click();
    await view.title().filter({ hasText: 'Layer 1, head 2' }).waitFor();
    await workbench.press('ArrowDown', 'ArrowRight');
    await view.title().filter({ hasText: 'Layer 2, head 3' }).waitFor();
    assert.equal(await view.head(2, 3).getAttribute('aria-current'), 'true');
  });

  it('gives the measures of the chosen head', async () => {
    const figures = view.side().locator('.figures dl');
    await until('figures', async () => /Entropy\s+\d/.test(await figures.innerText()));
    const text = await figures.innerText();
    for (const name of [
      'Evenness',
      'Distance',
      'Previous',
      'Next',
      'Self',
      'First token',
      'Special',
      'Punctuation',
      'Duplicate, calibrated',
      'Induction, calibrated',
    ])
      assert.match(text, new RegExp(`${name}\\s+[\\d–]`));
  });

  it('says what each measure means, and why one has no figure, to those without a mouse too', async () => {
    const figures = view.side().locator('.figures');
    await until('figures', async () => /Entropy\s+\d/.test(await figures.innerText()));
    const hasDash = (await figures.locator('dd').allInnerTexts()).includes('–');
    assert.equal(await figures.getByText('A dash: the measure has no meaning here').isVisible(), hasDash);
    const meaning = figures.getByText('Mean attention to punctuation', { exact: false });
    assert(await meaning.isHidden());
    await figures.locator('summary').focus();
    await workbench.press('Enter');
    await meaning.waitFor();
    await workbench.screenshot('attention-meanings');
    await workbench.press('Enter');
    await meaning.waitFor({ state: 'hidden' });
  });

  it('goes through its tabs by keys', async () => {
    await view.tab('Map');
    const selected = () => view.side().locator('[role=tab][aria-selected=true]').innerText();
    for (const [key, tab] of [
      ['End', 'Occlusion'],
      ['ArrowRight', 'Map'],
      ['ArrowLeft', 'Occlusion'],
      ['Home', 'Map'],
    ] as const) {
      await workbench.press(key);
      await until(`${tab} by ${key}`, async () => (await selected()) === tab);
    }
  });

  it('sorts the heads by a measure and leaves out other classes', async () => {
    await view.choice('Sort').selectOption('entropy');
    const captions = (): Promise<string[]> => view.side().locator('.overview .caption').allInnerTexts();
    const values = (await captions()).map((text) => Number(/· ([\d.]+)/.exec(text)?.[1]));
    assert.equal(values.length, 12);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => b - a),
    );
    const kind = view.choice('Class');
    const counts: number[] = [];
    for (const option of await kind.locator('option').all()) {
      await kind.selectOption((await option.getAttribute('value')) ?? '');
      const count = await view.side().locator('.overview canvas').count();
      counts.push(count);
      // Also where the chosen head is left out.
      const reached = await view.side().locator('.overview [tabindex="0"]').count();
      assert.equal(reached, Math.min(count, 1), 'the heads that Tab reaches');
    }
    assert.equal(counts[0], 12);
    assert.equal(
      counts.slice(1).reduce((sum, count) => sum + count, 0),
      12,
      'each head has one class',
    );
    await workbench.screenshot('attention-sorted');
    await kind.selectOption('');
    await view.choice('Sort').selectOption('');
  });

  it('sorts the heads by what they do in any text that repeats itself, also where this one doesn’t', async () => {
    await view.choice('Sort').selectOption({ label: 'Induction, calibrated' });
    const captions = await view.side().locator('.overview .caption').allInnerTexts();
    const values = captions.map((text) => Number(/· ([\d.]+)/.exec(text)?.[1]));
    assert.equal(values.length, 12);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => b - a),
    );
    await workbench.screenshot('attention-calibrated');
    await view.choice('Sort').selectOption('');
  });

  it('leaves the keys at the head that they are at while the figures come in', async () => {
    await view.choice('Sort').selectOption('entropy');
    await view.head(1, 2).click();
    const names = () => view.side().locator('.overview .caption').allInnerTexts();
    const before = await names();
    // Without the focus, as the document does it when it changes.
    await view.toggle('words').evaluate((made) => (made as HTMLElement).click());
    await until('figures of words', async () => (await names()).join() !== before.join());
    assert.equal(
      await view.frame
        .locator('body')
        .evaluate(() => (document.activeElement as HTMLElement).dataset['head']),
      '1.2',
    );
    await view.toggle('words').click();
    await view.choice('Sort').selectOption('');
  });

  it('colours the text by what the focused token attends to, or what attends to it', async () => {
    const before = await view.tints();
    await view.tokens.nth(2).click();
    await until('other tints', async () => (await view.tints()).join() !== before.join());
    const row = await view.weights();
    const sum = row.reduce((total, number) => total + number, 0);
    assert(Math.abs(sum - 1) < 0.01, `a row sums to ${sum}`);
    await view.choice('Text').selectOption('to');
    const column = await view.weights();
    assert.notDeepEqual(column, row);
    assert.equal(column[2], row[2], 'what it gives itself is the same both ways');
    await view.choice('Text').selectOption('from');
  });

  it('walks through the tokens by keys', async () => {
    await view.tokens.nth(1).click();
    const first = await view.focused.innerText();
    await workbench.press('ArrowRight');
    await until('the next token', async () => (await view.focused.innerText()) !== first);
    await workbench.press('ArrowLeft');
    await until('the first again', async () => (await view.focused.innerText()) === first);
    await workbench.press('Home');
    assert.equal(await view.focused.innerText(), '[CLS]');
  });

  it('scrolls the text to the token that is focused in the map', async () => {
    await view.tokens.first().click();
    const text = view.side().locator('.text').first();
    await text.evaluate((box) => (box.style.cssText = 'width: 8em; max-height: 3.5em'));
    const isSeen = () =>
      view.focused.evaluate((token) => {
        const [own, box] = [token.getBoundingClientRect(), token.parentElement!.getBoundingClientRect()];
        return own.top >= box.top && own.bottom <= box.bottom;
      });
    await view.field.focus();
    const last = (await view.tokens.count()) - 1;
    for (let token = 0; token < last; token++) await workbench.press('ArrowDown');
    await until(
      'the last token',
      async () => (await view.tokens.last().getAttribute('aria-selected')) === 'true',
    );
    assert(await isSeen());
    assert((await text.evaluate((box) => box.scrollTop)) > 0);
    for (let token = last; token > 0; token--) await workbench.press('ArrowUp');
    await until(
      'the first token',
      async () => (await view.tokens.first().getAttribute('aria-selected')) === 'true',
    );
    assert(await isSeen());
    await text.evaluate((box) => box.removeAttribute('style'));
  });

  it('reads the exact number under the pointer and the cursor', async () => {
    await view.tokens.first().click();
    await view.field.scrollIntoViewIfNeeded();
    const box = (await view.field.boundingBox())!;
    await workbench.page.mouse.move(box.x + 3, box.y + box.height - 3);
    const last = (await view.tokens.count()) - 1;
    assert.match(
      await view.readout(),
      new RegExp(`“\\[SEP\\]” \\(${last}\\) → “\\[CLS\\]” \\(0\\): 0\\.\\d{4}`),
    );
    await view.field.focus();
    await workbench.page.mouse.move(0, 0);
    await workbench.press('Home', 'ArrowRight', 'ArrowDown');
    assert.match(await view.readout(), /\(1\) → .*\(1\): [01]\.\d{4}/);
  });

  it('zooms by wheel and keys and pans by dragging', async () => {
    const fieldPicture = async () => (await view.field.screenshot()).toString('base64');
    const whole = await fieldPicture();
    const box = (await view.field.boundingBox())!;
    const { mouse } = workbench.page;
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const under = await view.readout();
    await mouse.wheel(0, -300);
    await until('a part is shown', async () => (await fieldPicture()) !== whole);
    await mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2 + 1);
    assert.equal(await view.readout(), under, 'the cell under the pointer stays there');
    const near = await fieldPicture();
    await mouse.down();
    await mouse.move(box.x + 20, box.y + 20, { steps: 4 });
    await mouse.up();
    await until('another part is shown', async () => (await fieldPicture()) !== near);
    await mouse.move(0, 0);
    await view.field.focus();
    await workbench.press('0', 'Home', 'ArrowUp', 'ArrowUp', 'ArrowUp');
    const all = await fieldPicture();
    await workbench.press('+', '+');
    await until('it is nearer by keys', async () => (await fieldPicture()) !== all);
    await workbench.screenshot('attention-zoomed');
    await view.frame.getByRole('button', { name: 'Show all (0)' }).first().click();
  });

  it('stays with the part that is zoomed to when another head is chosen, and goes to a token that is focused', async () => {
    const last = (await view.tokens.count()) - 1;
    await view.tokens.first().click();
    /** The cell at the map's corner, by its tokens. */
    const corner = async () => {
      const box = (await view.field.boundingBox())!;
      await workbench.page.mouse.move(box.x + 1, box.y + 2);
      await workbench.page.mouse.move(box.x + 2, box.y + 2);
      return /^(.*): [\d.]+$/.exec(await view.readout())?.[1];
    };
    const whole = await corner();
    const box = (await view.field.boundingBox())!;
    await workbench.page.mouse.move(box.x + box.width - 4, box.y + box.height - 4);
    for (let turn = 0; turn < 4; turn++) await workbench.page.mouse.wheel(0, -300);
    const near = await until('a part without the focused row', async () => {
      const now = await corner();
      return now !== whole && now;
    });
    await view.head(0, 2).click();
    await view.title().filter({ hasText: 'Layer 0, head 2' }).waitFor();
    await view.field.scrollIntoViewIfNeeded();
    assert.equal(await corner(), near);
    await view.tokens.nth(1).click();
    await until('the focused row', async () => (await corner())?.includes('(1) →'));
    await view.tokens.nth(last).click();
    await until('the row below', async () => !(await corner())?.includes('(1) →'));
    await view.frame.getByRole('button', { name: 'Show all (0)' }).first().click();
  });

  it('draws lines from the focused tokens to what they attend to', async () => {
    await view.tab('Lines');
    await view.tokens.nth(3).click();
    const lines = view.side().locator('.lines path');
    const one = await lines.count();
    assert(one > 2);
    assert.match(await view.readout(), /attends most to: (.+ \d\.\d\d, ){4}.+ \d\.\d\d$/);
    await view.side().locator('.lines-scroller').focus();
    await workbench.press('Shift+ArrowDown');
    await until('lines of two tokens', async () => (await lines.count()) > one);
    assert.equal(await view.side().locator('.line-label.focused').count(), 2);
    await workbench.screenshot('attention-lines');
    await view.tab('Map');
  });

  it('takes selected heads together, and follows attention through the layers', async () => {
    await view.choice('Show').selectOption('mean');
    assert.equal(await view.title().innerText(), 'Mean of 12 heads');
    await view.head(0, 1).click({ modifiers: ['Control'] });
    await view.head(2, 0).click();
    await workbench.press('Space');
    await until('two heads', async () => (await view.title().innerText()) === 'Mean of 2 heads');
    assert.equal(await view.side().locator('.overview [aria-selected=true]').count(), 2);
    const mean = await view.weights();
    await view.choice('Show').selectOption('max');
    await until('larger numbers', async () => {
      const max = await view.weights();
      return (
        max.every((weight, at) => weight >= mean[at]! - 1e-4) && max.some((weight, at) => weight > mean[at]!)
      );
    });
    // The layer of the chosen head, which is then chosen alone.
    await view.head(2, 0).focus();
    await workbench.press('Shift+Space');
    await until('a layer', async () => (await view.title().innerText()) === 'Maximum of 4 heads');
    await workbench.press('Shift+Space');
    await until('all heads', async () => (await view.title().innerText()) === 'Maximum of 12 heads');
    await view.choice('Show').selectOption('rollout');
    await view.title().filter({ hasText: 'Rollout from the input to layer 2' }).waitFor();
    await until('the rollout', async () => {
      const sum = (await view.weights()).reduce((total, weight) => total + weight, 0);
      return Math.abs(sum - 1) < 0.01;
    });
    await workbench.screenshot('attention-rollout');
    await view.choice('Show').selectOption('head');
  });

  it('leaves out first and special tokens and merges words, and says so', async () => {
    const shaping = view.side().locator('.shaping');
    const all = await view.tokens.count();
    await view.toggle('− first token').click();
    await shaping
      .filter({ hasText: 'Left out: the first token, “[CLS]”. What is left of each row is normalised' })
      .waitFor();
    await view.toggle('− special').click();
    await until('no special tokens', async () => (await view.tokens.count()) === all - 2);
    await until('rows are normalised again', async () => {
      const sum = (await view.weights()).reduce((total, weight) => total + weight, 0);
      return Math.abs(sum - 1) < 0.01;
    });
    await view.toggle('words').click();
    await shaping.filter({ hasText: 'Tokens of a word are merged' }).waitFor();
    await until('whole words', async () => (await view.tokens.allInnerTexts()).includes('road'));
    await workbench.screenshot('attention-words');
    for (const name of ['− first token', '− special', 'words']) await view.toggle(name).click();
    await until('all tokens again', async () => (await view.tokens.count()) === all);
    assert(await shaping.isHidden());
  });

  it('shows what the model would put in place of the focused token, and what hangs on which token', async () => {
    await view.tab('Output');
    await view.tokens.nth(2).click();
    const output = view.side().locator('.output');
    await output.locator('tbody tr').nth(4).waitFor();
    assert.match(await output.innerText(), /in place of[^]*%/);
    await view.tab('Occlusion');
    await view.frame.getByRole('button', { name: 'Hide each token in turn' }).click();
    const table = view.side().locator('.occlusion tbody tr');
    await table.nth(3).waitFor();
    assert.match(
      await view.side().locator('.occlusion').innerText(),
      /Rank correlation of attention and loss: -?\d/,
    );
    await workbench.screenshot('attention-occlusion');
    await view.tab('Map');
  });

  it('compares two heads, and two models, of which one sees only what stands to its left', async () => {
    await view.menu('Compare', 'With another head');
    await view.side('b').locator('.side-body').waitFor();
    await view.head(0, 1, 'b').click();
    await until(
      'another head on the right',
      async () => (await view.title('b').innerText()) === 'Layer 0, head 1',
    );
    assert.notEqual(await view.title('a').innerText(), 'Layer 0, head 1');
    // The same text: both focus the same token.
    await view.tokens.nth(4).click();
    const own = await view.focused.first().innerText();
    await until(
      'the other side follows',
      async () => (await view.side('b').locator('.token[aria-selected=true]').innerText()) === own,
    );
    await view.menu('Compare', 'With another model…');
    await workbench.quickPick.rows.filter({ hasText: 'headlight-gpt2' }).first().click();
    await view.side('b').locator('.facts', { hasText: 'causal' }).waitFor();
    // A token that is focused on either side is marked in the document.
    await until('a token is marked', async () => (await marked()).length === 1);
    const [before] = await marked();
    await view.side('b').locator('.text .token', { hasText: 'road' }).click();
    await until('the other token is marked', async () => {
      const [now] = await marked();
      return now !== undefined && now !== before;
    });
    await view.tokens.nth(4).click();
    // Above its diagonal a causal head has nothing.
    const upper = await view
      .side('b')
      .locator('.overview canvas')
      .first()
      .evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const context = canvas.getContext('2d')!;
        const right = context.getImageData(canvas.width - 1, 0, 1, canvas.height - 1).data;
        return new Set(new Uint32Array(right.buffer)).size;
      });
    assert.equal(upper, 1);
    await workbench.screenshot('attention-compare');
    assert.deepEqual(await faults(), []);
    await view.tab('Output');
    await view.side('b').locator('.output tbody tr').nth(4).waitFor();
    assert.match(await view.side('b').locator('.output').innerText(), /next token after “dog”[^]*%/);
    await view.tab('Map');
    await view.frame.getByRole('button', { name: 'Stop comparing' }).click();
    assert.equal(await view.side('b').count(), 0);
  });

  it('compares two texts', async () => {
    await view.menu('Compare', 'With another text…');
    await workbench.quickPick.input.fill('A cat slept.');
    await workbench.press('Enter');
    const other = view.side('b').locator('.text').first();
    await until('the other text', async () => /cat/.test(await other.innerText().catch(() => '')));
    await view.frame.getByRole('button', { name: 'Stop comparing' }).click();
  });

  it('saves what is seen as SVG and PNG, and the numbers as JSON and NumPy', async () => {
    const saved = async (item: string, name: string): Promise<Buffer> => {
      await view.menu('Save', item);
      const file = join(workbench.workspace, name);
      await workbench.quickPick.input.waitFor();
      await until('the proposed name', async () =>
        (await workbench.quickPick.input.inputValue()).endsWith(name),
      );
      await workbench.press('Enter');
      await until(`${name} is written`, async () => existsSync(file));
      return until('it is whole', async () => {
        const bytes = readFileSync(file);
        return bytes.length > 0 && bytes;
      });
    };
    const svg = (await saved('Picture as SVG…', 'attention-bert-masked.svg')).toString('utf8');
    assert.match(svg, /<svg [^>]*width="\d/);
    assert(svg.includes('>road</text>') || svg.includes('>ro</text>') || />[^<]*r[^<]*<\/text>/.test(svg));
    assert(svg.includes('Attention') && svg.includes('data:image/png;base64,'));
    assert(
      (await saved('Picture as PNG…', 'attention-bert-masked.png')).subarray(1, 4).equals(Buffer.from('PNG')),
    );
    const json = JSON.parse(
      (await saved('Numbers of the matrix as JSON…', 'attention-bert-masked.json')).toString('utf8'),
    ) as {
      model: string;
      source: { kind: string; heads: { layer: number; head: number; class: { kind: string } }[] };
      weights: number[][];
      rows: { text: string }[];
    };
    const [head] = json.source.heads;
    assert.equal(await view.title().innerText(), `Layer ${head?.layer}, head ${head?.head}`);
    assert.match(head?.class.kind ?? '', /^[a-z]+$/);
    assert.equal(json.model, 'bert-masked');
    assert.equal(json.weights.length, json.rows.length);
    for (const row of json.weights) assert(Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-4);
    const npy = await saved('Numbers of the matrix as NumPy…', 'attention-bert-masked.npy');
    const size = json.rows.length;
    const shapeOf = (file: Buffer) =>
      /'shape': \(([\d, ]+)\)/.exec(file.subarray(0, 128).toString('latin1'))?.[1];
    assert.equal(shapeOf(npy), `${size}, ${size}`);
    const all = await saved('Numbers of all heads as NumPy…', 'attention-bert-masked-all-heads.npy');
    assert.equal(shapeOf(all), `3, 4, ${size}, ${size}`);
    await until('all of it is written', async () => {
      const { length } = readFileSync(join(workbench.workspace, 'attention-bert-masked-all-heads.npy'));
      return length === 128 + 3 * 4 * size * size * 4;
    });
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('copies what is seen as a picture', async () => {
    await view.menu('Save', 'Copy as picture');
    await view.frame.locator('.notice', { hasText: 'The picture is in the clipboard.' }).waitFor();
    const types = await workbench.page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap((item) => item.types),
    );
    assert(types.includes('image/png'), types.join());
  });

  it('has no accessibility fault that axe finds', async () => {
    for (const tab of ['Map', 'Lines', 'Output', 'Occlusion']) {
      await view.tab(tab);
      assert.deepEqual(await faults(), [], tab);
    }
    await view.tab('Map');
  });

  it('moves nothing for those who want no motion', async () => {
    const seconds = () =>
      view.tokens.first().evaluate((token) => Number.parseFloat(getComputedStyle(token).transitionDuration));
    assert((await seconds()) > 0);
    await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
    await until('the view follows the system', async () => (await seconds()) === 0);
    await workbench.page.emulateMedia({ reducedMotion: 'no-preference' });
    await until('it moves again', async () => (await seconds()) > 0);
    setFolderSettings(workbench, { ...fixtureModels, 'workbench.reduceMotion': 'on' });
    await until('the view follows the setting', async () => (await seconds()) === 0);
    setFolderSettings(workbench, fixtureModels);
    await until('it moves again', async () => (await seconds()) > 0);
  });

  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] as (keyof typeof themes)[]) {
    it(`is painted in the theme's colours (${theme})`, async () => {
      await workbench.setTheme(theme);
      const background = await view.frame
        .locator('body')
        .evaluate((body) => getComputedStyle(body).backgroundColor);
      const sum = /(\d+), (\d+), (\d+)/
        .exec(background)!
        .slice(1)
        .map(Number)
        .reduce((a, b) => a + b, 0);
      /** Sums of the darkest and the brightest pixel's components. */
      const range = () =>
        view
          .side()
          .locator('.overview canvas')
          .last()
          .evaluate((element) => {
            const canvas = element as HTMLCanvasElement;
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            const sums = Array.from(
              { length: data.length / 4 },
              (_, i) => data[4 * i]! + data[4 * i + 1]! + data[4 * i + 2]!,
            );
            return { least: Math.min(...sums), most: Math.max(...sums) };
          });
      await until('the canvas is painted anew', async () => {
        const { least, most } = await range();
        return sum > 380 ? most <= sum && least < sum : least >= sum && most > sum;
      });
      await workbench.screenshot(`attention-${theme}`);
      assert.deepEqual(await faults(), []);
    });
  }

  it('shows an encoder-decoder in its encoder, in its decoder and between the two', async () => {
    await showWith(fixtureModels['headlight.models.infill']);
    await view.side().locator('.facts', { hasText: 'bidirectional' }).waitFor();
    const texts = view.side().locator('.text:visible');
    assert.equal(await texts.count(), 1);
    const part = view.side().locator('header select');
    await part.selectOption({ label: 'the decoder to the text' });
    await view
      .side()
      .locator('.facts', { hasText: 'each written token sees the whole source text' })
      .waitFor();
    // What a model has written stands in no document.
    await view.tokens.nth(3).click();
    await until('nothing is marked', async () => (await marked()).length === 0);
    await until('both texts', async () => (await texts.count()) === 2);
    await until('the source is coloured', async () =>
      texts
        .last()
        .locator('.token')
        .evaluateAll((tokens) => new Set(tokens.map((token) => token.style.backgroundColor)).size > 2),
    );
    await workbench.screenshot('attention-cross');
    await part.selectOption({ label: 'the decoder to what it wrote' });
    await view.side().locator('.facts', { hasText: 'causal' }).waitFor();
  });

  it('shows no other map in place of one that can’t be had, and says why until there is one again', async () => {
    const part = view.side().locator('header select');
    const message = view.side().locator('.message');
    await view.choice('Show').selectOption('rollout');
    await view.title().filter({ hasText: 'Rollout' }).waitFor();
    await view.field.waitFor();
    assert(await message.isHidden());
    await part.selectOption({ label: 'the decoder to the text' });
    await message.filter({ hasText: 'rollout' }).waitFor();
    await view.field.waitFor({ state: 'hidden' });
    assert.equal(await view.readout(), '');
    await workbench.screenshot('attention-no-rollout');
    await view.choice('Show').selectOption('head');
    await view.field.waitFor();
    assert(await message.isHidden());
  });

  it('can be told to stop reading, and reads again when it is asked', async () => {
    await showWith(fixtureModels['headlight.models.fill']);
    const notice = view.side().locator('.message');
    const pid = enginePid(workbench);
    process.kill(pid, 'SIGSTOP');
    try {
      await workbench.focusEditorOf('welcome.md');
      await workbench.goBehind(sentence);
      await workbench.press('Control+Alt+h', 'a');
      await notice.filter({ hasText: 'Reading the text' }).waitFor();
      await workbench.screenshot('attention-reading');
      // What moves takes time from the model that is waited for.
      await until('nothing moves in the view', () =>
        view.frame.locator('body').evaluate(() => document.getAnimations().length === 0),
      );
      await notice.getByRole('button', { name: 'Cancel' }).click();
      await notice.filter({ hasText: 'Reading was stopped' }).waitFor();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    assert(await notice.getByRole('button', { name: 'Cancel' }).isHidden());
    await workbench.focusEditorOf('welcome.md');
    await workbench.press('Control+Alt+h', 'a');
    await view.side().locator('.side-body').waitFor();
    assert(await notice.isHidden());
  });

  it('reads a text in the shape that was chosen while it was waited for', async () => {
    const all = await view.tokens.count();
    const pid = enginePid(workbench);
    process.kill(pid, 'SIGSTOP');
    try {
      await workbench.focusEditorOf('welcome.md');
      await workbench.selectText('did not cross');
      await workbench.press('Control+Alt+h', 'a');
      await view.side().locator('.message', { hasText: 'Reading the text' }).waitFor();
      await view.toggle('− special').click();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await view.frame.locator('.side-a[aria-busy=false]').waitFor();
    await until('the new text', async () => (await view.tokens.count()) < all);
    assert(!(await view.tokens.allInnerTexts()).includes('[CLS]'));
    await until('a row of its matrix', async () => {
      const weights = await view.weights();
      return Math.abs(weights.reduce((total, weight) => total + weight, 0) - 1) < 0.01;
    });
    await view.toggle('− special').click();
    await until('all tokens', async () => (await view.tokens.allInnerTexts()).includes('[CLS]'));
  });

  it('shows a text of which nothing was left as soon as less is left out', async () => {
    await showWith(fixtureModels['headlight.models.continue']);
    await view.toggle('− first token').click();
    await workbench.focusEditorOf('welcome.md');
    await workbench.selectText(sentence[0]!);
    await workbench.press('Control+Alt+h', 'a');
    await view.side().locator('.message.problem', { hasText: 'Nothing is left' }).waitFor();
    await view.side().locator('.side-body').waitFor({ state: 'hidden' });
    await workbench.screenshot('attention-nothing-left');
    await view.toggle('− first token').click();
    await view.side().locator('.side-body').waitFor();
    assert(await view.side().locator('.message').isHidden());
    assert.equal(await view.tokens.count(), 1);
  });

  it('says plainly that an export has fused its attention away', async () => {
    await showWith(join(fixtureModels['headlight.models.fill'], '../bert-fused'), false);
    const message = await workbench.notification('bert-fused');
    assert.match(message, /can't show attention with the file .*model\.onnx: .*fused operator/);
  });

  it('asks nothing of the network', async () => {
    const policy = await view.frame
      .locator('meta[http-equiv=Content-Security-Policy]')
      .getAttribute('content');
    assert.match(policy ?? '', /^default-src 'none'; script-src 'nonce-[^']+'; style-src 'self'[^;]*$/);
  });
});
