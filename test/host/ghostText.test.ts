import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompleteParams } from '../../src/protocol/engine';
import { kinds } from './documents';
import { closeAll, configure, headlight, select, show, sleep, until, useDefaults } from './support';

const text = 'The old house stood at the end of the road. Nobody had lived there for';

interface Requests {
  readonly asked: CompleteParams[];
  /** How many of them have been answered. */
  answered: number;
  end(): void;
}

/** What ghost text asks the engine, from now on. */
async function countRequests(): Promise<Requests> {
  const { engine } = await headlight();
  const requests: Requests = {
    asked: [],
    answered: 0,
    end: () => Reflect.deleteProperty(engine, 'request'),
  };
  const real = engine.request.bind(engine);
  const counting = (...args: Parameters<typeof engine.request>): ReturnType<typeof engine.request> => {
    const answer = real(...args);
    if (args[0] !== 'complete') return answer;
    requests.asked.push(args[1] as CompleteParams);
    return answer.finally(() => requests.answered++);
  };
  Object.assign(engine, { request: counting });
  return requests;
}

/** Types as a keyboard does. */
const type = (typed: string): Thenable<unknown> => vscode.commands.executeCommand('type', { text: typed });
const act = (command: string): Thenable<unknown> => vscode.commands.executeCommand(command);

/** Takes over the whole suggestion once there is one; gives what that wrote. */
async function accept(editor: vscode.TextEditor, how = 'commit'): Promise<string> {
  const { document } = editor;
  const before = document.getText();
  const offset = document.offsetAt(editor.selection.active);
  const after = before.slice(offset);
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    await act(`editor.action.inlineSuggest.${how}`);
    const now = document.getText();
    if (now !== before) {
      assert(now.startsWith(before.slice(0, offset)) && now.endsWith(after), now);
      return now.slice(offset, now.length - after.length);
    }
  }
  return '';
}

describe('Ghost text', () => {
  let requests: Awaited<ReturnType<typeof countRequests>>;

  // By the embedded model: what it writes can be read.
  before(useDefaults);
  before(() => configure({ 'ghostText.enabled': true }));
  beforeEach(async () => {
    // Each test with what it alone has suggested.
    await configure({ 'ghostText.enabled': false });
    await configure({ 'ghostText.enabled': true });
    requests = await countRequests();
  });
  afterEach(async () => {
    requests.end();
    await act('editor.action.inlineSuggest.hide');
    await closeAll();
  });
  after(() => configure({ 'ghostText.enabled': undefined, 'ghostText.languages': undefined }));

  it('comes while one types, and finishes the word that was begun', async () => {
    const editor = await show(text);
    await type(' m');
    const written = await accept(editor);
    assert.match(written, /^\p{L}+/u);
    assert.match(editor.document.getText().slice(-1), /\S/);
  });

  it('is one undo step', async () => {
    const editor = await show(text);
    await type(' ');
    await accept(editor);
    await act('undo');
    assert.equal(editor.document.getText(), `${text} `);
  });

  /** Types a space after the text, once all that will be suggested there is known: what comes first is its beginning. */
  async function typeSpace(): Promise<void> {
    await type(' ');
    // The first of all has to open the model.
    await until('an answer', () => requests.answered > 0, 30_000);
    await act('deleteLeft');
    await type(' ');
  }

  const longer = Array.from({ length: 5 }, (_, line) => `\n${line} and${' so it went on,'.repeat(6)}`).join(
    '',
  );
  const surroundings: Record<string, { below: string; eol?: vscode.EndOfLine }> = {
    'at the end of the text': { below: '' },
    'above longer lines': { below: longer },
    // So that what is looked at behind the cursor ends within a line end.
    'above line ends of two characters': { below: '\n'.repeat(400), eol: vscode.EndOfLine.CRLF },
  };

  for (const [where, { below, eol }] of Object.entries(surroundings))
    describe(where, () => {
      let editor: vscode.TextEditor;
      beforeEach(async () => {
        editor = await show(text + below);
        if (eol !== undefined) await editor.edit((edit) => edit.setEndOfLine(eol));
        select(editor, text.length);
        await typeSpace();
      });

      it('asks the engine nothing while one types as suggested', async () => {
        const written = await accept(editor);
        await act('undo');
        await sleep(300);
        select(editor, text.length + 1);
        assert(written.length > 5, written);
        const before = requests.asked.length;
        for (const character of written.slice(0, -2)) {
          await type(character);
          // VS Code asks the extension some 50 ms after a key.
          await sleep(80);
        }
        assert.equal(requests.asked.length, before);
        const rest = await accept(editor);
        assert(rest.startsWith(written.slice(-2)), 'the rest is still suggested, or more by now');
      });

      it('is taken over word by word, and asks nothing then', async () => {
        const first = await accept(editor, 'acceptNextWord');
        assert.match(first, /^\S+$/);
        const before = requests.asked.length;
        const second = await accept(editor, 'acceptNextWord');
        assert.match(second, /^\s?\S*$/);
        assert.equal(requests.asked.length, before);
      });
    });

  it('is taken over line by line', async () => {
    const editor = await show(text);
    await typeSpace();
    const line = await accept(editor, 'acceptNextLine');
    assert.match(line, /^\S.* .*\S$/);
  });

  it('offers several on demand, which can be gone through', async () => {
    const editor = await show(`${text} `);
    const written = new Set<string>();
    for (let steps = 0; steps < 3; steps++) {
      await act('editor.action.inlineSuggest.trigger');
      await until('an answer', () => requests.asked.length > 0);
      await sleep(1500);
      for (let step = 0; step < steps; step++) {
        await act('editor.action.inlineSuggest.showNext');
        await sleep(200);
      }
      written.add(await accept(editor));
      await act('undo');
      await sleep(200);
      select(editor, text.length + 1);
    }
    assert.equal(written.size, 3, [...written].join('|'));
    assert.equal(requests.asked[0]!.count, 3);
  });

  it('does not come within a word, at the beginning of an empty text, or after Backspace', async () => {
    const editor = await show(text);
    select(editor, text.indexOf('lived') + 2);
    await type('x');
    await sleep(300);
    await act('undo');
    select(editor, text.length);
    await type(' xy');
    await until('it is asked for', () => requests.asked.length > 0);
    await sleep(300);
    const before = requests.asked.length;
    await act('deleteLeft');
    await sleep(300);
    await act('undo');
    await sleep(300);
    assert.equal(requests.asked.length, before);
    assert(
      requests.asked.every(({ text: asked }) => asked.startsWith(text)),
      'never within the word',
    );
    await show('');
    await type(' ');
    await sleep(300);
    assert.equal(requests.asked.length, before);
  });

  it('does not repeat what stands behind the cursor', async () => {
    const editor = await show(`${text} (`);
    await type(')');
    select(editor, text.length + 2);
    await type('a');
    const written = await accept(editor);
    assert.doesNotMatch(written, /\)$/);
    assert(editor.document.getText().endsWith(')'));
  });

  it('writes line ends as the document has them', async () => {
    const editor = await show('- One thing\n- Another thing\n- ');
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    select(editor, editor.document.getText().length);
    await type('a');
    await accept(editor);
    assert.doesNotMatch(editor.document.getText(), /[^\r]\n/);
  });

  it('remembers the probability of what was taken over, and forgets what is edited', async () => {
    const editor = await show(text);
    const { document } = editor;
    await type(' ');
    const written = await accept(editor);
    const { ghostText } = await headlight();
    const tokens = (): string[] =>
      ghostText.accepted!.tokens(document).map(({ start, end }) => document.getText().slice(start, end));
    assert.equal(tokens().join('').replace(/\s/g, ''), written.replace(/\s/g, ''));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(text.length + 1),
    );
    const shown = hovers.flatMap(({ contents }) =>
      contents.map((content) => (content as vscode.MarkdownString).value),
    );
    assert(
      shown.some((value) => /Ghost text/.test(value) && /\d%/.test(value)),
      shown.join('\n'),
    );
    const known = tokens().length;
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'So. '));
    assert.equal(tokens().length, known);
    assert.equal(tokens().join('').replace(/\s/g, ''), written.replace(/\s/g, ''), 'it follows edits');
    const long = ghostText.accepted!.tokens(document).find(({ start, end }) => end - start > 1)!;
    await editor.edit((edit) => edit.insert(document.positionAt(long.start + 1), 'QQ'));
    assert(tokens().length < known, 'what is edited is forgotten');
  });

  /** What is remembered as taken over, as the document has it. */
  async function remembered(document: vscode.TextDocument): Promise<string> {
    const { ghostText } = await headlight();
    const tokens = ghostText.accepted!.tokens(document);
    return tokens.map(({ start, end }) => document.getText().slice(start, end)).join('');
  }

  it('is remembered where it is written at several cursors at once', async () => {
    const line = `${text} `;
    const editor = await show(`${line}\n${line}\n${line}`);
    const { document } = editor;
    // The first is the one that the suggestion is for.
    const ends = [2, 0, 1].map((at) => at * (line.length + 1) + line.length);
    editor.selections = ends.map((offset) => {
      const position = document.positionAt(offset);
      return new vscode.Selection(position, position);
    });
    await sleep(100);
    await type('a');
    const before = document.getText();
    for (const deadline = Date.now() + 10_000; document.getText() === before && Date.now() < deadline;) {
      await act('editor.action.inlineSuggest.commit');
      await sleep(50);
    }
    const written = document.lineAt(2).text.slice(line.length + 1);
    assert(written.length > 0);
    assert.equal(document.lineAt(0).text, `${line}a${written}`, 'at the others too');
    assert.equal((await remembered(document)).replace(/\s/g, ''), written.replace(/\s/g, ''));
    const { ghostText } = await headlight();
    const last = ghostText.accepted!.tokens(document).at(-1)!;
    assert.equal(last.end, document.getText().trimEnd().length);
  });

  it('is remembered again when it was undone and is redone', async () => {
    const editor = await show(text);
    const { document } = editor;
    await type(' ');
    await accept(editor);
    const whole = document.getText();
    const before = await remembered(document);
    assert.notEqual(before, '');
    await act('undo');
    assert.equal(await remembered(document), '');
    await act('redo');
    await until('it is there again', () => document.getText() === whole);
    assert.equal(await remembered(document), before);
  });

  it('comes at a placeholder of a snippet, and leaves the others to go to', async () => {
    const editor = await show('');
    await editor.insertSnippet(new vscode.SnippetString(`${text} $1\n\nIn those days $2`));
    await type('a');
    const offset = text.length + 2;
    assert.equal(editor.document.offsetAt(editor.selection.active), offset);
    const written = await accept(editor);
    assert(written.length > 0);
    await act('jumpToNextSnippetPlaceholder');
    await until(
      'the next placeholder',
      () => editor.document.offsetAt(editor.selection.active) === editor.document.getText().length,
    );
  });

  it('costs nothing while it is off: nothing is asked, no engine is started', async () => {
    const { engine, ghostText, ghostTextSwitch } = await headlight();
    await act('headlight.toggleGhostText');
    await engine.restart();
    const editor = await show(text);
    assert.match(ghostTextSwitch.text!, /off/);
    assert.equal(ghostText.accepted, undefined);
    await type(' and');
    await act('editor.action.inlineSuggest.trigger');
    await sleep(500);
    assert.equal(requests.asked.length, 0);
    assert.equal(engine.pid, undefined);
    await act('headlight.toggleGhostText');
    assert.doesNotMatch(ghostTextSwitch.text!, /off/);
    await type(' ');
    assert((await accept(editor)).length > 0);
  });

  it('is switched for one language', async () => {
    const { ghostTextSwitch } = await headlight();
    await show(text);
    await act('headlight.toggleGhostTextForLanguage');
    assert.match(ghostTextSwitch.text!, /off/);
    await type(' and');
    await sleep(400);
    assert.equal(requests.asked.length, 0);
    const plain = await show(text, 'plaintext');
    assert.doesNotMatch(ghostTextSwitch.text!, /off/);
    await type(' ');
    assert((await accept(plain)).length > 0);
    await show('x: 1', 'yaml');
    assert.equal(ghostTextSwitch.text, undefined, 'nothing is shown beside code');
    await configure({ 'ghostText.languages': undefined });
  });

  it('has its switch beside code while a commit message is written in its box', async () => {
    const { ghostTextSwitch } = await headlight();
    const editor = await show('x: 1', 'yaml');
    assert.equal(ghostTextSwitch.text, undefined);
    const control = vscode.scm.createSourceControl('hinge', 'Hinge', vscode.Uri.file('/hinge'));
    try {
      await act('workbench.view.scm');
      await until('the box', () =>
        vscode.workspace.textDocuments.some(({ languageId }) => languageId === 'scminput'),
      );
      control.inputBox.value = 'Mend the hinge';
      await until('the switch', () => ghostTextSwitch.text !== undefined);
      assert.equal(vscode.window.activeTextEditor, editor);
      assert.doesNotMatch(ghostTextSwitch.text!, /off/);
      await act('headlight.toggleGhostTextForLanguage');
      assert.match(ghostTextSwitch.text!, /off/);
      assert.doesNotMatch(
        JSON.stringify(vscode.workspace.getConfiguration('headlight.ghostText').get('languages')),
        /yaml/,
      );
      await act('workbench.action.focusActiveEditorGroup');
      await type(' ');
      await until('it is gone', () => ghostTextSwitch.text === undefined);
    } finally {
      control.dispose();
      await configure({ 'ghostText.languages': undefined });
      await act('workbench.view.explorer');
    }
  });

  describe('in the languages of the setting', () => {
    const { properties } = (
      vscode.extensions.getExtension('headlight.headlight')!.packageJSON as {
        contributes: { configuration: { properties: Record<string, { default: Record<string, boolean> }> } };
      }
    ).contributes.configuration;
    const named = properties['headlight.ghostText.languages']!.default;
    const on = Object.keys(named).filter((language) => named[language]);

    it('is for prose and commit messages', () => {
      assert.deepEqual(on, [
        'markdown',
        'plaintext',
        'restructuredtext',
        'asciidoc',
        'latex',
        'git-commit',
        'scminput',
      ]);
      assert.equal(named['*'], false);
    });

    for (const language of on)
      it(`comes in ${language}`, async () => {
        const { ghostTextSwitch } = await headlight();
        const editor = await show(text, language);
        assert.equal(editor.document.languageId, language);
        assert.doesNotMatch(ghostTextSwitch.text!, /off/);
        await type(' ');
        assert((await accept(editor)).length > 0);
      });

    for (const language of ['rust', 'json', 'html', 'bibtex', 'diff'])
      it(`does not come in ${language}, even when it is asked for`, async () => {
        const editor = await show(text, language);
        assert.equal(editor.document.languageId, language);
        await type(' and');
        await act('editor.action.inlineSuggest.trigger');
        await sleep(400);
        assert.equal(requests.asked.length, 0);
      });

    it('does not come in the comments of a commit message, which Git leaves out', async () => {
      await show(`Mend the hinge\n\n# On branch main, ${text}`, 'git-commit');
      await type(' and');
      await act('editor.action.inlineSuggest.trigger');
      await sleep(400);
      assert.equal(requests.asked.length, 0);
    });

    it('does not come below the changes of a verbose commit, however far down', async () => {
      const changes = Array.from({ length: 400 }, (_, line) => `+Line ${line} of a long text.`).join('\n');
      const scissors = '# ------------------------ >8 ------------------------';
      await show(`Mend the hinge\n\n${scissors}\n${changes}\n+${text}`, 'git-commit');
      await type(' and');
      await act('editor.action.inlineSuggest.trigger');
      await sleep(400);
      assert.equal(requests.asked.length, 0);
    });

    it('does not come by itself in the code and front matter of Markdown, but where it is asked for', async () => {
      for (const begin of ['---\ntitle: ', 'See:\n\n```text\n']) {
        await show(begin + text);
        await type(' and');
        await sleep(400);
        assert.equal(requests.asked.length, 0);
      }
      await act('editor.action.inlineSuggest.trigger');
      await until('it is asked for', () => requests.asked.length > 0);
      const editor = await show(`\`\`\`text\n${text}\n\`\`\`\n\n${text}`);
      await type(' ');
      assert((await accept(editor)).length > 0, 'it comes behind the code');
    });

    it('does not come in one that is off where all others are on, even when it is asked for', async () => {
      await configure({ 'ghostText.languages': { '*': true, markdown: false } });
      try {
        await show(text);
        await type(' and');
        await act('editor.action.inlineSuggest.trigger');
        await sleep(400);
        assert.equal(requests.asked.length, 0);
        const other = await show(text, 'rust');
        await type(' ');
        assert((await accept(other)).length > 0);
      } finally {
        await configure({ 'ghostText.languages': undefined });
      }
    });
  });

  it('comes again at the next key when the engine was restarted meanwhile', async () => {
    const { engine, ghostTextSwitch } = await headlight();
    const counting = engine.request.bind(engine);
    let restarts = 0;
    engine.request = (method, params, options) => {
      const answer = counting(method, params, options);
      if (method === 'complete' && restarts++ === 0) void engine.restart();
      return answer;
    };
    const editor = await show(text);
    await type(' ');
    await until('the first answer', () => requests.answered > 0);
    assert.doesNotMatch(ghostTextSwitch.text!, /warning/);
    await type('a');
    assert((await accept(editor)).length > 0);
    assert.doesNotMatch(ghostTextSwitch.text!, /warning/);
  });

  it('pauses on battery, and says so, but comes when it is asked for', async () => {
    const { ghostText, ghostTextSwitch } = await headlight();
    const { battery } = ghostText;
    const power = { hasBattery: true, isCharging: false, acConnected: false, percent: 50 };
    // As if the machine had one.
    Object.defineProperty(battery, 'isDraining', { value: power.hasBattery, configurable: true });
    try {
      battery.onChange();
      const editor = await show(text);
      assert.match(ghostTextSwitch.text!, /paused/);
      await type(' ');
      await sleep(400);
      assert.equal(requests.asked.length, 0);
      await act('editor.action.inlineSuggest.trigger');
      await until('it is asked for', () => requests.asked.length > 0);
      await configure({ 'ghostText.pauseOnBattery': false });
      assert.doesNotMatch(ghostTextSwitch.text!, /paused/);
      await type('a');
      assert((await accept(editor)).length > 0);
    } finally {
      Reflect.deleteProperty(battery, 'isDraining');
      await configure({ 'ghostText.pauseOnBattery': undefined });
    }
  });

  it('says in the status bar what is wrong, with no message, and stops asking for a while', async () => {
    const { ghostTextSwitch } = await headlight();
    await configure({ 'models.continue': '/no/such/model' });
    try {
      await show(text);
      await type(' a');
      await until('it says so', () => /warning/.test(ghostTextSwitch.text ?? ''));
      const before = requests.asked.length;
      await type('nd');
      await sleep(300);
      assert.equal(requests.asked.length, before);
    } finally {
      await configure({ 'models.continue': undefined });
    }
    assert.doesNotMatch(ghostTextSwitch.text!, /warning/);
  });

  describe('beside the list of suggested words', () => {
    let words: vscode.Disposable;
    afterEach(() => void words.dispose());

    /** Begins a word and opens the list, in which the one word is that `choose` makes of the suggested one. */
    async function openList(choose: (suggested: string) => string): Promise<[vscode.TextEditor, string]> {
      const editor = await show(text);
      await type(' m');
      const written = await accept(editor);
      const suggested = `m${/^\p{L}*/u.exec(written)![0]}`;
      await act('undo');
      const word = choose(suggested);
      let asked = 0;
      words = vscode.languages.registerCompletionItemProvider('markdown', {
        provideCompletionItems: () => {
          asked++;
          return [{ label: word, sortText: ' ' }];
        },
      });
      await act('deleteLeft');
      await type('m');
      await act('editor.action.triggerSuggest');
      await until('the list is asked for', () => asked > 0);
      await sleep(300);
      return [editor, suggested];
    }

    it('goes on from the word that is selected there', async () => {
      const [editor, suggested] = await openList((word) => word);
      const written = await accept(editor);
      assert(`m${written}`.startsWith(suggested) && written.length > suggested.length, written);
    });

    it('does not come where another word is selected', async () => {
      const [editor] = await openList(() => 'mqqqq');
      const before = requests.answered;
      await until('the model has answered', () => requests.answered >= before && requests.answered > 0);
      for (let attempt = 0; attempt < 5; attempt++) {
        await act('editor.action.inlineSuggest.commit');
        await sleep(100);
      }
      assert.equal(editor.document.getText(), `${text} m`);
      // The list was there all the while.
      await act('acceptSelectedSuggestion');
      await until('the word', () => editor.document.getText() === `${text} mqqqq`);
    });
  });

  for (const [name, open] of Object.entries(kinds))
    it(`works in ${name}`, async () => {
      const { editor, close } = await open(text);
      try {
        select(editor, text.length);
        await type(' ');
        assert((await accept(editor)).length > 0);
      } finally {
        await close();
      }
    });
});
