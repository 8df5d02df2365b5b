import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Hub } from '../../hub/hub';
import { fixture } from '../fixtures';

/** The command as it ships; `npm test` builds it first. */
const cli = path.join(__dirname, '../../../dist/cli.js');

describe('headlight models', function () {
  this.timeout(60_000);
  let hub: Hub;
  let store: string;

  before(async () => {
    assert.ok(fs.existsSync(cli), 'dist/cli.js is missing: run npm run build');
    hub = await new Hub({
      'tests/little-gpt2': { files: fixture('gpt2-optimum'), licence: 'mit' },
      'tests/broken': {
        files: {
          ...Object.fromEntries(
            ['config.json', 'tokenizer.json', 'tokenizer_config.json'].map((name) => [
              name,
              fs.readFileSync(path.join(fixture('bert-masked'), name)),
            ]),
          ),
          'onnx/model.onnx': fs
            .readFileSync(path.join(fixture('bert-masked'), 'onnx/model.onnx'))
            .subarray(0, 100_000),
        },
      },
    }).start();
    store = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-cli-models-'));
  });
  after(async () => {
    await hub.stop();
    fs.rmSync(store, { recursive: true, force: true });
  });

  function headlight(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const env = {
        ...process.env,
        HF_ENDPOINT: hub.endpoint,
        HF_HUB_CACHE: path.join(store, 'no-cache'),
        HEADLIGHT_STORE: store,
        HEADLIGHT_CACHE: path.join(store, 'cache'),
      };
      const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  async function json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await headlight('models', ...args, '--json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  }

  it('says what it would fetch, and fetches nothing without --yes', async () => {
    const { code, stdout, stderr } = await headlight('models', 'add', 'tests/little-gpt2');
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /0\.4 MB {2}onnx\/model\.onnx/);
    assert.match(
      stderr,
      /Fetch tests\/little-gpt2 from http:\/\/127\.0\.0\.1:\d+, \d+ files with 0\.4 MB\? Give --yes/,
    );
    assert.equal(hub.sent('onnx/model.onnx'), 0);
  });

  it('describes what the Hub has', async () => {
    const info = await json<{ place: string; precisions: { name: string; files: { path: string }[] }[] }>(
      'info',
      'tests/little-gpt2',
    );
    assert.deepEqual([info.place, info.precisions[0]!.name], ['hub', 'fp32']);
    assert(info.precisions[0]!.files.some(({ path: name }) => name === 'onnx/model.onnx'));
    const { stdout } = await headlight('models', 'info', 'tests/little-gpt2');
    assert.match(
      stdout,
      /^tests\/little-gpt2 \(on the Hub, commit [0-9a-f]{7}\)\n(.*\n)*fp32 +0\.4 MB in \d files/,
    );
    assert.equal(hub.sent('onnx/model.onnx'), 0);
  });

  it('tells of a model on the Hub its parameters and its memory, from its config alone', async () => {
    type Memory = { batch: number; cache: number; linear: number; quadratic: number };
    const of = async (batch: string) => {
      const args = ['info', 'tests/little-gpt2', '--length', '100', '--batch', batch];
      return json<{ parameters: number; precisions: { memory: Memory }[] }>(...args);
    };
    const { parameters, precisions } = await of('1');
    assert.equal(parameters, 55_072);
    const one = precisions[0]!.memory;
    const eight = (await of('8')).precisions[0]!.memory;
    assert.deepEqual([one.batch, eight.batch], [1, 8]);
    for (const grows of ['cache', 'linear', 'quadratic'] as const)
      assert.equal(eight[grows], 8 * one[grows], grows);
    assert.equal(hub.sent('onnx/model.onnx'), 0);
  });

  it('adds a model that the tasks then take', async () => {
    const { folder, tasks } = await json<{ folder: string; tasks: string }>(
      'add',
      'tests/little-gpt2',
      '--yes',
    );
    assert.match(tasks, /^continue text, score text, .*show attention/);
    const { code, stdout } = await headlight(
      'continue',
      'The bay',
      '--model',
      folder,
      '--json',
      '--threads',
      '1',
      '--no-do-sample',
    );
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { model: string }).model, 'tests/little-gpt2');
    const file = path.join(folder, 'onnx/model.onnx');
    assert.equal(
      (await headlight('score', 'The bay', '--model', file, '--threads', '1')).code,
      0,
      'a precision by its file',
    );
  });

  it('lists, describes and verifies it', async () => {
    const list = await json<{ models: { id: string; place: string }[]; offered: { id: string }[] }>('list');
    assert.deepEqual(
      list.models.filter(({ place }) => place === 'store').map(({ id }) => id),
      ['tests/little-gpt2'],
    );
    assert(list.offered.some(({ id }) => id === 'Xenova/gpt2'));
    const info = await json<
      Record<string, unknown> & {
        precisions: { parameters: number; attention: boolean; memory: { total: number } }[];
      }
    >('info', 'tests/little-gpt2');
    assert.deepEqual([info['licence'], info['window'], info['sees']], ['mit', 128, 'left']);
    assert(info.precisions[0]!.parameters > 50_000 && info.precisions[0]!.attention);
    assert(info.precisions[0]!.memory.total > 400_000);
    const { stdout: said } = await headlight(
      'models',
      'info',
      'tests/little-gpt2',
      '--length',
      '64',
      '--batch',
      '8',
    );
    assert.match(
      said,
      /^tests\/little-gpt2 \(store\)\nfolder .*\nfamily +causal; sees left\ncan +continue text, /,
    );
    assert.match(
      said,
      /fp32 +0\.4 MB, 0\.07 M parameters, shows attention\n +about .* for 8 texts of 64 tokens: weights/,
    );
    const { models } = await json<{ models: { wrong: unknown[]; checked: number }[] }>('verify');
    assert.deepEqual(
      models.map(({ wrong }) => wrong),
      [[]],
    );
    const { stdout } = await headlight('models', 'list');
    assert.match(stdout, /tests\/little-gpt2 +store +causal +fp32/);
  });

  it('says what is changed, with exit code 1, and add mends it with only that file', async () => {
    const { models } = await json<{ models: { folder: string; id: string }[] }>('list');
    const { folder } = models.find(({ id }) => id === 'tests/little-gpt2')!;
    fs.appendFileSync(path.join(folder, 'tokenizer.json'), ' ');
    const { code, stdout } = await headlight('models', 'verify', 'tests/little-gpt2');
    assert.equal(code, 1);
    assert.match(stdout, /tokenizer\.json is changed\. Add it again/);
    hub.forget();
    await json('add', 'tests/little-gpt2', '--yes');
    assert.equal(hub.sent('onnx/model.onnx'), 0);
    assert.equal((await headlight('models', 'verify')).code, 0);
  });

  it('exports into a .zip that another machine takes', async () => {
    const zip = path.join(store, 'out.zip');
    await json('export', 'tests/little-gpt2', zip);
    const other = path.join(store, 'other');
    const { id } = await json<{ id: string }>('add', zip, '--store', other);
    assert.equal(id, 'tests/little-gpt2');
    assert.equal((await headlight('models', 'verify', '--store', other)).code, 0);
  });

  it('puts a damaged model into quarantine', async () => {
    const { code, stderr } = await headlight('models', 'add', 'tests/broken', '--yes');
    assert.equal(code, 1);
    assert.match(stderr, /arrived whole but can't be used: .*is cut off.*quarantine/);
    assert.equal((await json<{ quarantined: { id: string }[] }>('list')).quarantined[0]?.id, 'tests/broken');
  });

  it('removes it', async () => {
    const { freed } = await json<{ freed: number }>('remove', 'tests/little-gpt2');
    assert(freed > 400_000);
    const { code, stderr } = await headlight('models', 'remove', 'tests/little-gpt2');
    assert.equal(code, 1);
    assert.match(stderr, /isn't in Headlight's store/);
  });
});
