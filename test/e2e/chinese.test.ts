import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AttentionPage } from './attentionView';
import { fixtureModels, settingsFile, tellOfFailure, until } from './support';
import { Workbench } from './workbench';

/** English words that a Chinese reader meets as well: names, formats, keys, terms, what models and labels are called. */
const names =
  /\b(?:Headlight|bert-(?:masked|sentiment)|BERT|GPT-2|rollout|glad|sad|plain|MASK|CLS|SEP|UNK|SVG|PNG|JSON|NumPy|JS|POSITIVE|NEGATIVE|Ctrl|Shift|Alt)\b/g;

/** Words of a text that are English. */
function english(text: string): string[] {
  return text.replace(names, '').match(/[A-Za-z]{3,}/g) ?? [];
}

describe('a window in Chinese', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open({
      language: 'zh-cn',
      files: {
        [settingsFile]: JSON.stringify(fixtureModels),
        'chinese.md': '这里没有空位。\n\n今天 [MASK] 很好。\n',
      },
    });
    await workbench.openFile('chinese.md');
  });
  after(() => workbench?.close());
  afterEach(async function () {
    await tellOfFailure(workbench, this.currentTest);
    await workbench.press('Escape');
  });

  it('has commands by their Chinese titles', async () => {
    await workbench.runCommand('Headlight: 填充掩码');
    assert.deepEqual(english(await workbench.notification(/MASK/)), []);
  });

  it('fills a mask under a Chinese title', async () => {
    await workbench.goBehind('今天');
    await workbench.press('Control+Alt+h', 'm');
    const rows = await workbench.quickPick.texts();
    assert(rows.length >= 10);
    const { widget } = workbench.quickPick;
    const title = await widget.locator('.quick-input-title').innerText();
    assert.match(title, /bert-masked/);
    assert.match(title, /\p{Script=Han}/u);
    const hint = await widget.locator('input').first().getAttribute('placeholder');
    assert.deepEqual(english(`${title} ${hint ?? ''}`), []);
    await workbench.screenshot('chinese-fill');
  });

  it('judges in Chinese', async () => {
    await workbench.goTo(1);
    await workbench.press('Control+Alt+h', 's');
    assert.deepEqual(english(await workbench.notification(/%/)), []);
  });

  it('shows attention without an English word of its own', async () => {
    await workbench.goTo(1);
    await workbench.press('Control+Alt+h', 'a');
    const view = await AttentionPage.of(workbench);
    await view.title().filter({ hasText: /\d/ }).waitFor();
    await workbench.screenshot('chinese-attention');
    for (const part of ['.toolbar', '.side-a header', '.overview-section', '.detail-section']) {
      const text = await view.frame.locator(part).first().innerText();
      assert.match(text, /\p{Script=Han}/u, part);
      assert.deepEqual(english(text), [], part);
    }
  });

  it('saves a picture whose Chinese lines end where they end in the view', async () => {
    const view = await AttentionPage.of(workbench);
    await view.menu('保存', /SVG/);
    await workbench.quickPick.input.waitFor();
    const file = join(workbench.workspace, 'attention-bert-masked.svg');
    await until('the proposed name', async () =>
      (await workbench.quickPick.input.inputValue()).endsWith(basename(file)),
    );
    await workbench.press('Enter');
    const svg = await until('the picture', async () => {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      return text.trimEnd().endsWith('</svg>') && text;
    });
    const width = Number(/<svg [^>]*width="([\d.]+)"/.exec(svg)?.[1]);
    const lines = [...svg.matchAll(/<text x="([\d.]+)"[^>]*>([^<]+)<\/text>/g)].filter(
      ([, , text]) => (text?.length ?? 0) > 12 && /\p{Script=Han}/u.test(text ?? ''),
    );
    assert(lines.length > 3);
    for (const [whole, x] of lines) {
      const length = Number(/textLength="([\d.]+)"/.exec(whole)?.[1]);
      assert(Number(x) + length <= width, whole);
    }
  });
});
