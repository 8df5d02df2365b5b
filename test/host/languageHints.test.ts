import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, configure, headlight, select, show, sleep, until, useFixtures } from './support';

const german =
  'Das alte Haus stand am Ende der Straße. Seit Jahren hatte dort niemand gewohnt, und der Garten war voller Unkraut.';
const chinese = '老房子在路的尽头。多年来没有人住在那里，花园里长满了杂草。';

describe('a hint about the language', () => {
  const own = vscode.window.showInformationMessage;
  let shown: { message: string; buttons: unknown[] }[];

  before(async () => {
    // The embedded models, whose cards say that they were trained for English.
    await configure({
      'models.continue': undefined,
      'models.fill': undefined,
      'models.sentiment': undefined,
    });
    const note = (message: string, ...buttons: unknown[]): Promise<undefined> => {
      shown.push({ message, buttons });
      return Promise.resolve(undefined);
    };
    Object.assign(vscode.window, { showInformationMessage: note });
  });
  beforeEach(() => (shown = []));
  afterEach(closeAll);
  after(async () => {
    Object.assign(vscode.window, { showInformationMessage: own });
    await useFixtures();
  });

  const hints = () => shown.filter(({ message }) => /was trained for/.test(message));

  /** Runs a command that asks the model of Fill Mask, and leaves its pick. */
  async function suggestWords(text: string): Promise<void> {
    const editor = await show(text);
    select(editor, text.length - 3);
    let ended = false;
    const running = vscode.commands.executeCommand('headlight.suggestOtherWords').then(() => (ended = true));
    while (!ended) {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await sleep(100);
    }
    await running;
  }

  it('names the language, the model and which one to add', async () => {
    await suggestWords(german);
    const { message, buttons } = await until('a hint', () => hints()[0]);
    assert.match(message, /seems to be in German, but headlight-bert was trained for English/);
    assert.match(message, /Xenova\/bert-base-multilingual-cased knows German/);
    assert.deepEqual(buttons, ['Add Model…', 'Choose a Model…']);
  });

  it('comes once for each language and model', async () => {
    await suggestWords(german);
    await suggestWords(`${german} Es war sehr kalt, und die Tür war nicht zu.`);
    await sleep(300);
    assert.deepEqual(hints(), []);
    await suggestWords(chinese);
    const { message } = await until('a hint for another language', () => hints()[0]);
    assert.match(message, /in Chinese.*Xenova\/bert-base-chinese knows Chinese/);
    await show(german);
    await vscode.commands.executeCommand('headlight.analyzeSentiment');
    await until('a hint for another model', () =>
      hints().some(({ message: other }) => /German.*headlight-bert-sentiment.*-sentiment knows/.test(other)),
    );
  });

  it('comes with ghost text too', async () => {
    await configure({ 'ghostText.enabled': true });
    try {
      await show(german);
      await vscode.commands.executeCommand('type', { text: ' Der' });
      const { message } = await until('a hint', () => hints()[0]);
      assert.match(message, /German, but headlight-gpt2.*Qwen2\.5-0\.5B-Instruct knows German/);
    } finally {
      await configure({ 'ghostText.enabled': undefined });
    }
  });

  it('does not come, nor is the language looked for, when the setting switches it off', async () => {
    const { languageHints } = await headlight();
    const russian = 'Старый дом стоял в конце дороги, и в нём уже много лет никто не жил.';
    let looked = 0;
    const text = {
      slice: (start: number): string => {
        looked++;
        return russian.slice(start);
      },
    } as unknown as string;
    await configure({ 'languageHints.enabled': false });
    try {
      await languageHints.read('fill', text);
      assert.equal(looked, 0);
      await suggestWords(russian);
      await sleep(300);
      assert.deepEqual(hints(), []);
    } finally {
      await configure({ 'languageHints.enabled': undefined });
    }
    await languageHints.read('fill', text);
    assert.equal(looked, 1);
    await until('a hint', () => hints().some(({ message }) => message.includes('Russian')));
  });

  it('does not come for what the model was trained for, nor where that is not known', async () => {
    const english = 'The old house stood at the end of the road, and nobody had lived there for years.';
    await suggestWords(english);
    await show(english);
    await vscode.commands.executeCommand('headlight.analyzeSentiment');
    const french =
      "La vieille maison se trouvait au bout de la rue, et le jardin n'était pas plein de fleurs.";
    await useFixtures();
    await suggestWords(french);
    await sleep(300);
    assert.deepEqual(hints(), []);
  });
});
