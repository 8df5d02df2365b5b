import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ModelNode } from '../../src/views/modelsTree';
import { Hub } from '../hub/hub';
import { closeAll, configure, fixture, headlight, show, sleep, useDefaults } from './support';

type Shown = { message: string; detail: string; buttons: string[] };

/** The little model twice, as if in two precisions. */
function twoPrecisions(): Record<string, Buffer> {
  const folder = fixture('gpt2-optimum');
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'];
  const files = Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(folder, name))]));
  const int8 = fs.readFileSync(path.join(fixture('gpt2-int8'), 'onnx/model_quantized.onnx'));
  return { ...files, 'onnx/model_quantized.onnx': int8 };
}

describe('the models room', () => {
  const id = 'tests/little-gpt2';
  const graph = 'onnx/model.onnx';
  const own = { ...vscode.window };
  let hub: Hub;
  let endpoint: string | undefined;
  let shown: Shown[];
  /** Text of the button that is pressed; nothing is pressed where none holds it. */
  let press: RegExp;
  /** The rows that are picked from lists, by a part of their text. */
  let picks: string[];

  before(useDefaults);
  before(async () => {
    endpoint = process.env.HF_ENDPOINT;
    hub = await new Hub({
      [id]: { files: fixture('gpt2-optimum'), licence: 'mit' },
      'tests/private': { files: fixture('gpt2-optimum'), private: 'hf_right' },
      'tests/old-name': { files: {}, renamedTo: id },
      'tests/two-precisions': { files: twoPrecisions() },
    }).start();
    process.env.HF_ENDPOINT = hub.endpoint;
    const { store } = await headlight();
    fs.rmSync(store, { recursive: true, force: true });
  });
  beforeEach(() => {
    hub.forget();
    shown = [];
    press = /^Fetch \d|^Remove$/;
    picks = [];
    const message = (text: string, ...rest: unknown[]): Thenable<unknown> => {
      const options = rest.find((one) => typeof one === 'object') as { detail?: string } | undefined;
      const buttons = rest.filter((one): one is string => typeof one === 'string');
      shown.push({ message: text, detail: options?.detail ?? '', buttons });
      return Promise.resolve(buttons.find((button) => press.test(button)));
    };
    const pick = async (items: unknown): Promise<unknown> => {
      const wanted = picks.shift();
      const rows = (await items) as { label: string; description?: string }[];
      return rows.find(
        ({ label, description = '' }) => wanted !== undefined && `${label} ${description}`.includes(wanted),
      );
    };
    Object.assign(vscode.window, {
      showInformationMessage: message,
      showWarningMessage: message,
      showErrorMessage: message,
      showQuickPick: pick,
    });
  });
  afterEach(async () => {
    const { showInformationMessage, showWarningMessage, showErrorMessage, showQuickPick, showInputBox } = own;
    Object.assign(vscode.window, {
      showInformationMessage,
      showWarningMessage,
      showErrorMessage,
      showQuickPick,
      showInputBox,
    });
    await closeAll();
  });
  after(async () => {
    if (endpoint === undefined) delete process.env.HF_ENDPOINT;
    else process.env.HF_ENDPOINT = endpoint;
    await hub.stop();
    await configure({ 'models.continue': undefined, 'continue.maxNewTokens': undefined });
  });

  const run = (command: string, target?: unknown) =>
    vscode.commands.executeCommand(`headlight.${command}`, target);

  /** The tree as lines: groups, and their models. */
  async function tree(): Promise<{ group: string; node: ModelNode; text: string }[]> {
    const { models } = await headlight();
    const rows = [];
    for (const group of await models.getChildren())
      for (const node of await models.getChildren(group)) {
        const { label, description } = models.getTreeItem(node);
        rows.push({
          group: (group as { label: string }).label,
          node,
          text: `${label as string} ${String(description)}`,
        });
      }
    return rows;
  }

  async function nodeOf(name: string): Promise<ModelNode> {
    const row = (await tree()).find(({ node }) => 'id' in node && node.id === name);
    assert(row, `${name} is not in the tree`);
    return row.node;
  }

  it('offers models of the catalogue', async () => {
    const offered = (await tree()).filter(({ group }) => group === 'Offered').map(({ text }) => text);
    assert(
      offered.some((text) => text.startsWith('Xenova/gpt2 GPT-2')),
      offered.join('; '),
    );
  });

  it('says of an offered model what it sees, what it is for, and what it can not do', async () => {
    const { models } = await headlight();
    const details = (await models.getChildren(await nodeOf('Xenova/bert-base-chinese'))).map((detail) => {
      const { label, description } = models.getTreeItem(detail);
      return `${label as string}: ${String(description)}`;
    });
    for (const expected of [
      'Family: masked',
      'Sees: both sides',
      'Made for: fill masks',
      'Parameters: about 103 M',
      'Licence: apache-2.0',
      'Context: 512 tokens',
    ])
      assert(details.includes(expected), `${expected} in ${details.join('; ')}`);
    assert(
      details.some((detail) => /^Can't: continue text, /.test(detail)),
      details.join('; '),
    );
  });

  it('fetches nothing before it is confirmed with name, files, size and licence', async () => {
    press = /^$/;
    await run('addModel', id);
    const [question] = shown;
    assert.equal(question?.message, `Fetch ${id}?`);
    assert.match(question.detail, /onnx\/model\.onnx — 0\.4 MB/);
    assert.match(question.detail, /Licence: mit/);
    assert(question.detail.includes(hub.endpoint));
    assert.deepEqual(question.buttons, ['Fetch 0.4 MB']);
    assert.equal(hub.sent(graph), 0);
  });

  it('fetches a model, shows what it is, and writes with it', async () => {
    await run('addModel', id);
    assert.match(shown.at(-1)!.message, /is on this machine now/);
    const { models, store } = await headlight();
    const node = await nodeOf(id);
    assert(fs.existsSync(path.join(store, 'models--tests--little-gpt2/headlight.json')));
    const details = (await models.getChildren(node)).map((detail) => {
      const { label, description } = models.getTreeItem(detail);
      return `${label as string}: ${String(description)}`;
    });
    for (const expected of [
      /^Family: causal/,
      /^Sees: only what stands to the left/,
      /^Can: continue text, score text, .*show attention/,
      /^Can't: .*fill masks/,
      /^Parameters: 0\.0\d M/,
      /^fp32: 0\.4 MB · shows attention/,
      /^Licence: mit/,
      /^Context: 128 tokens/,
      /^Memory now: not loaded/,
      /^Memory needed, fp32: about .* MB for one text of 128 tokens/,
    ])
      assert(
        details.some((detail) => expected.test(detail)),
        `${String(expected)} in ${details.join('; ')}`,
      );
    const below = async (label: RegExp): Promise<string[]> => {
      const nodes = await models.getChildren(node);
      const row = nodes.find((one) => label.test(models.getTreeItem(one).label as string));
      return (await models.getChildren(row)).map((one) => {
        const { label: name, description } = models.getTreeItem(one);
        return `${name as string}: ${String(description)}`;
      });
    };
    assert(
      (await below(/^Can't/)).includes(
        'fill masks: it is a causal model, which sees only the text to the left and predicts the next token',
      ),
    );
    assert.match(
      (await below(/^Memory needed/)).join('; '),
      /^Weights and tokenizer: .*; \+ length × texts: .*; \+ length² × texts: /,
    );
    Object.assign(vscode.window, { showInputBox: () => Promise.resolve('64 × 8') });
    await run('estimateMemory');
    const estimated = (await models.getChildren(node)).map((one) =>
      String(models.getTreeItem(one).description),
    );
    assert(
      estimated.some((text) => /^about .* for 8 texts of 64 tokens/.test(text)),
      estimated.join('; '),
    );

    picks = ['continue text'];
    await run('chooseModel', node);
    assert.match(
      vscode.workspace.getConfiguration('headlight').get('models.continue', ''),
      /models--tests--little-gpt2/,
    );
    await configure({ 'continue.maxNewTokens': 3 });
    const { document } = await show('The old lighthouse');
    await run('continueText');
    assert(document.getText().length > 'The old lighthouse'.length, JSON.stringify(shown));
    let loaded: string | undefined;
    for (let tries = 0; loaded === undefined && tries < 50; tries++) {
      await sleep(100);
      loaded = (await tree()).find(({ text }) => text.includes('loaded'))?.text;
    }
    assert(loaded, 'it does not show as loaded');
    assert.match(loaded, /^tests\/little-gpt2 continue text/);
  });

  it('verifies it, and says what was changed', async () => {
    const node = await nodeOf(id);
    assert(node.kind === 'model');
    await run('verifyModel', node);
    assert.match(shown.at(-1)!.message, /all \d+ files are as recorded/);
    fs.appendFileSync(path.join(node.model.folder, 'tokenizer_config.json'), ' ');
    await run('verifyModel', node);
    assert.match(shown.at(-1)!.message, /is damaged: tokenizer_config\.json was changed/);
    assert.deepEqual(shown.at(-1)!.buttons, ['Fetch Again']);
  });

  it('removes it with its files, and the task has the embedded model again', async () => {
    const { store } = await headlight();
    await run('removeModel', await nodeOf(id));
    assert.match(
      shown.at(-1)!.message,
      /was removed: 0\.4 MB freed\. To continue text the embedded model is used again/,
    );
    assert.equal(fs.existsSync(path.join(store, 'models--tests--little-gpt2')), false);
    assert.equal(vscode.workspace.getConfiguration('headlight').get('models.continue'), '');
  });

  it('names an embedded model by its name, as its folder is another one in the next version', async () => {
    const { models, root } = await headlight();
    const used = async (task: string) =>
      (await tree()).filter(({ text }) => text.includes(task)).map(({ text }) => text.split(' ')[0]);
    const chosen = () => vscode.workspace.getConfiguration('headlight').get('models.attention', '');
    const gpt2 = (await models.inventory()).models.find(({ id: found }) => found === 'headlight-gpt2')!;
    picks = ['show attention'];
    await run('chooseModel', { kind: 'model', model: gpt2 });
    assert.equal(chosen(), 'embedded:headlight-gpt2');
    assert.deepEqual(await used('show attention'), ['headlight-gpt2']);
    assert(gpt2.folder.startsWith(root));
    const bert = (await models.inventory()).models.find(({ id: found }) => found === 'headlight-bert')!;
    picks = ['show attention'];
    await run('chooseModel', { kind: 'model', model: bert });
    assert.equal(chosen(), '', 'the one that the task has anyway is not named');
  });

  it('keeps several precisions as one entry, and has each task choose its own', async () => {
    const two = 'tests/two-precisions';
    for (const precision of ['int8', 'fp32']) {
      picks = [precision];
      await run('addModel', two);
    }
    const rows = (await tree()).filter(({ node }) => 'id' in node && node.id === two);
    assert.equal(rows.length, 1);
    const { models, engine } = await headlight();
    const details = (await models.getChildren(rows[0]!.node)).map(
      (detail) => models.getTreeItem(detail).label as string,
    );
    for (const label of ['int8', 'fp32', 'Memory needed, int8', 'Memory needed, fp32'])
      assert(details.includes(label), details.join('; '));

    const chosen = (task: string) => vscode.workspace.getConfiguration('headlight').get(`models.${task}`, '');
    picks = ['continue text', 'fp32'];
    await run('chooseModel', rows[0]!.node);
    picks = ['show attention', 'int8'];
    await run('chooseModel', rows[0]!.node);
    assert.match(chosen('continue'), /onnx[\\/]model\.onnx$/);
    assert.match(chosen('attention'), /snapshots[\\/][0-9a-f]{40}$/);
    assert.equal(chosen('fill'), '');

    await configure({ 'continue.maxNewTokens': 1 });
    await show('The old lighthouse');
    await run('continueText');
    const memory =
      (await engine.request('status', {})).models.find(({ model }) => model === two)?.memory ?? 0;
    const now = (
      await models.getChildren((await tree()).find(({ node }) => 'id' in node && node.id === two)!.node)
    )
      .map((detail) => models.getTreeItem(detail))
      .find(({ label }) => label === 'Memory now');
    assert(memory > 0, 'it takes no memory');
    assert.match(String(now?.description), /^\d+(\.\d)? (MB|kB|bytes)$/);

    // Both tasks go back to the embedded models with it.
    await run('removeModel', await nodeOf(two));
    assert.deepEqual([chosen('continue'), chosen('attention')], ['', '']);
    assert.equal((await engine.request('status', {})).models.length, 0, 'it is closed');
  });

  it('adds from a folder, exports to a .zip, and adds that', async () => {
    const { store } = await headlight();
    await run('importModel', vscode.Uri.file(fixture('bert-masked')));
    const node = await nodeOf('local/bert-masked');
    const zip = path.join(store, '..', 'bert.zip');
    const save = vscode.window.showSaveDialog;
    Object.assign(vscode.window, { showSaveDialog: () => Promise.resolve(vscode.Uri.file(zip)) });
    try {
      await run('exportModel', node);
    } finally {
      Object.assign(vscode.window, { showSaveDialog: save });
    }
    await run('removeModel', node);
    await run('importModel', vscode.Uri.file(zip));
    await run('removeModel', await nodeOf('local/bert-masked'));
  });

  it('says that a repository is renamed or missing, with what to do', async () => {
    await run('addModel', 'tests/old-name');
    assert.match(shown.at(-1)!.message, /is called "tests\/little-gpt2" now/);
    assert.deepEqual(shown.at(-1)!.buttons, ['Add tests/little-gpt2']);
    await run('addModel', 'tests/no-such');
    assert.match(shown.at(-1)!.message, /There is no repository "tests\/no-such"/);
    assert.deepEqual(shown.at(-1)!.buttons, ['Set Token']);
  });

  it('keeps a token for one address only', async () => {
    const { secrets } = await headlight();
    Object.assign(vscode.window, { showInputBox: () => Promise.resolve('hf_right') });
    await run('setHubToken');
    press = /^$/;
    await run('addModel', 'tests/private');
    assert.equal(shown.at(-1)!.message, 'Fetch tests/private?');
    assert(hub.seen.every(({ host, headers }) => host === 'hub' || headers.authorization === undefined));

    // Another address doesn't get it.
    const other = await new Hub({}).start();
    process.env.HF_ENDPOINT = other.endpoint;
    try {
      await run('addModel', 'tests/private');
      assert(other.seen.length > 0 && other.seen.every(({ headers }) => headers.authorization === undefined));
    } finally {
      process.env.HF_ENDPOINT = hub.endpoint;
      await other.stop();
    }
    Object.assign(vscode.window, { showInputBox: () => Promise.resolve('') });
    await run('setHubToken');
    assert.equal(await secrets.get(`headlight.hubToken ${hub.endpoint}`), undefined);
  });
});
