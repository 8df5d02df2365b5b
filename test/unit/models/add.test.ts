import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { english } from '../../../src/core/message';
import { addModel, readOffer, type AddOptions, type AddProgress } from '../../../src/models/add';
import type { HubAccess } from '../../../src/models/hubRequest';
import { ModelProblem, type ModelProblemCode } from '../../../src/models/problem';
import { quarantinedModels, storedModels } from '../../../src/models/store';
import { verifyModel } from '../../../src/models/verify';
import { EngineError } from '../../../src/protocol/engine';
import { Hub, type Fault } from '../../hub/hub';
import { fixture } from '../fixtures';

const id = 'tests/little-gpt2';
const graph = 'onnx/model.onnx';

/** Large enough to be cut at each tenth with more than a packet in between. */
function bigModel(): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    files[name] = fs.readFileSync(path.join(fixture('gpt2-optimum'), name));
  files[graph] = randomBytes(1_000_000);
  return files;
}

describe('adding a model from the Hub', function () {
  this.timeout(30_000);
  let hub: Hub;
  let store: string;
  let files: Record<string, Buffer>;

  before(async () => {
    files = bigModel();
    hub = await new Hub({ [id]: { files, licence: 'mit' } }).start();
  });
  after(() => hub.stop());
  beforeEach(() => {
    hub.forget();
    hub.repositories[id] = { files, licence: 'mit' };
    store = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-store-'));
  });
  afterEach(() => fs.rmSync(store, { recursive: true, force: true }));

  const access = (more: Partial<HubAccess> = {}): HubAccess => ({
    endpoint: hub.endpoint,
    patience: { tries: 3, firstDelay: 5, stall: 300 },
    ...more,
  });

  async function add(options: AddOptions = {}, more: Partial<HubAccess> = {}, into = store): Promise<string> {
    const offer = await readOffer(access(more), id, options.signal);
    return (await addModel(into, access(more), offer, offer.graphs[0]!, options)).folder;
  }

  async function fails(
    code: ModelProblemCode,
    message: RegExp,
    more: Partial<HubAccess> = {},
  ): Promise<ModelProblem> {
    const error = await add({}, more).then(
      () => assert.fail('it was added'),
      (reason: unknown) => reason,
    );
    assert(error instanceof ModelProblem, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return error;
  }

  /** Every file under its real name is whole; none is there that the Hub doesn't have. */
  function assertNothingHalfWritten(into = store): void {
    for (const entry of fs.readdirSync(into, { withFileTypes: true, recursive: true })) {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const [, name] = /snapshots[\\/][0-9a-f]{40}[\\/](.*)$/.exec(file) ?? [];
      if (!entry.isFile() || name === undefined) continue;
      assert(fs.readFileSync(file).equals(files[name.split(path.sep).join('/')]!), `${name} is half-written`);
    }
  }

  /** The next try completes, with this many bytes of the graph; the model is then whole. */
  async function completesWith(bytes: number): Promise<void> {
    assertNothingHalfWritten();
    assert.deepEqual(
      (await storedModels(store)).filter(({ complete }) => complete),
      [],
    );
    hub.forget();
    await add();
    const sent = hub.sent(graph);
    // What was between the network and us when the line died is lost.
    assert(sent >= bytes && sent <= bytes + 131_072, `${sent} bytes were sent instead of ${bytes}`);
    await assertWhole();
  }

  async function assertWhole(expected = files): Promise<void> {
    const [model] = await storedModels(store);
    assert.equal(model?.complete, true);
    assert.deepEqual((await verifyModel(model.folder, model.record)).wrong, []);
    assert.deepEqual(fs.readdirSync(path.join(model.folder, '../..')).sort(), [
      'headlight.json',
      'snapshots',
    ]);
    for (const [name, bytes] of Object.entries(expected))
      assert(fs.readFileSync(path.join(model.folder, name)).equals(bytes));
  }

  const onGraph = (fault: Fault | undefined, times = Infinity) => {
    let left = times;
    hub.misbehave = ({ file, host, url }) =>
      file === graph &&
      (host === 'storage' || fault?.redirect !== undefined) &&
      !url.includes('elsewhere') &&
      left-- > 0
        ? fault
        : undefined;
  };

  it('fetches each file once, in the layout of the cache, with its record', async () => {
    const steps: AddProgress[] = [];
    const folder = await add({ onProgress: (progress) => steps.push(progress) });
    assert.equal(folder, path.join(store, 'models--tests--little-gpt2/snapshots', hub.commit(id)));
    await assertWhole();
    const total = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    assert.deepEqual(steps.at(-1), { done: total, total });
    assert.equal(hub.sent(graph), 1_000_000);
    const [model] = await storedModels(store);
    assert.deepEqual([model?.record.licence, model?.record.endpoint], ['mit', hub.endpoint]);
  });

  it('asks for no file again when all are there', async () => {
    await add();
    hub.forget();
    await add();
    assert.equal(hub.sent(graph), 0);
  });

  for (let tenth = 0; tenth < 10; tenth++) {
    it(`continues by itself after the line was cut at ${tenth}/10`, async () => {
      onGraph({ cutAfter: tenth * 100_000 }, 1);
      await add();
      await assertWhole();
      // What was on its way when the line was cut may be lost.
      assert(hub.sent(graph) <= 1_000_000 + 100_000, `${hub.sent(graph)} bytes`);
      const again = hub.seen.filter(({ host }) => host === 'storage')[1]!;
      if (tenth > 0) assert.match(again.headers.range ?? '', /^bytes=\d+-$/);
      if (tenth > 0) assert.match(String(again.headers['if-range']), /^"[0-9a-f]{64}"$/);
    });

    it(`keeps what came when the line stays dead at ${tenth}/10, and continues there`, async () => {
      let served = 0;
      hub.misbehave = ({ file, host }) =>
        file === graph && host === 'storage' ? { cutAfter: served++ === 0 ? tenth * 100_000 : 0 } : undefined;
      await fails(
        'offline',
        /can't be reached.*What was fetched is kept|can't be reached.*what was fetched is kept/,
      );
      await completesWith(1_000_000 - tenth * 100_000);
    });
  }

  it('starts anew where the content was changed meanwhile (If-Range)', async () => {
    onGraph({ cutAfter: 400_000, etag: '"old"' }, 1);
    await add();
    await assertWhole();
    assert.equal(hub.seen.filter(({ host }) => host === 'storage')[1]?.status, 200);
  });

  it('starts anew where ranges are not understood', async () => {
    let count = 0;
    hub.misbehave = ({ file, host }) =>
      file === graph && host === 'storage'
        ? { noRange: true, ...(count++ === 0 && { cutAfter: 300_000 }) }
        : undefined;
    await add();
    await assertWhole();
  });

  it('refuses an answer that announces more than the record says', async () => {
    onGraph({ lie: 1000 });
    await fails('damaged', /announces 1001000 bytes/);
    await completesWith(1_000_000);
  });

  it('refuses an answer that announces less', async () => {
    onGraph({ lie: -1000 });
    await fails('damaged', /announces 999000 bytes/);
    await completesWith(1_000_000);
  });

  it('refuses more bytes than the file has', async () => {
    onGraph({ extra: Buffer.from('more') });
    await fails('damaged', /more bytes came/);
    await completesWith(1_000_000);
  });

  it('throws away what has the wrong hash, and says both', async () => {
    onGraph({ corrupt: true });
    const { message } = await fails('damaged', /arrived damaged: its hash is [0-9a-f]{64}/);
    assert.match(message, /record of 127\.0\.0\.1:\d+ says 1000000 bytes with the hash [0-9a-f]{64}/);
    await completesWith(1_000_000);
  });

  it('fetches once more in one piece when the parts do not fit together', async () => {
    const partials = path.join(store, 'models--tests--little-gpt2/partial');
    const offer = await readOffer(access(), id);
    const digest = offer.graphs[0]!.files[0]!.hash.digest;
    fs.mkdirSync(partials, { recursive: true });
    fs.writeFileSync(path.join(partials, `${digest}.part`), randomBytes(500_000));
    await add();
    await assertWhole();
    assert.equal(hub.sent(graph), 1_500_000);
  });

  it('tries again after 500 twice', async () => {
    onGraph({ status: 500 }, 2);
    await add();
    await assertWhole();
  });

  it('gives up after 500 each time, and says so', async () => {
    onGraph({ status: 500 });
    await fails('hub', /answered 500.*try again later/);
    await completesWith(1_000_000);
  });

  it('waits as long as 429 asks, and goes on', async () => {
    onGraph({ status: 429, headers: { 'retry-after': '1' } }, 1);
    const started = Date.now();
    const waits: string[] = [];
    await add({ onProgress: ({ waiting }) => waiting !== undefined && waits.push(english(waiting)) });
    assert(Date.now() - started >= 1000);
    assert.match(waits.join(), /asks to wait 1 s/);
    await assertWhole();
  });

  it('says how long 429 asks to wait when that is too long', async () => {
    onGraph({ status: 429, headers: { 'retry-after': '3600' } });
    const { details } = await fails('rate-limited', /429\)\. Try again in 60 min; with a token/);
    assert.equal(details.retryAfter, 3600);
    await completesWith(1_000_000);
  });

  it('starts anew after 416', async () => {
    let count = 0;
    hub.misbehave = ({ file, host }) =>
      file === graph && host === 'storage'
        ? [{ cutAfter: 200_000 }, { status: 416 }, undefined][Math.min(count++, 2)]
        : undefined;
    await add();
    await assertWhole();
  });

  it('continues after a stall', async () => {
    onGraph({ stallAfter: 600_000 }, 1);
    await add();
    await assertWhole();
    assert.equal(hub.sent(graph), 1_000_000);
  });

  it('gives up when it stalls each time, and continues there', async () => {
    let served = 0;
    hub.misbehave = ({ file, host }) =>
      file === graph && host === 'storage' ? { stallAfter: served++ === 0 ? 250_000 : 0 } : undefined;
    await fails('offline', /can't be reached \(no byte came for 0\.3 s\).*what was fetched is kept/);
    await completesWith(750_000);
  });

  it('names a web page in the place of a file', async () => {
    onGraph({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!doctype html><p>Sign in',
    });
    await fails('web-page', /there came a web page.*Open http/);
    await completesWith(1_000_000);
  });

  it('names a web page that claims to be something else', async () => {
    onGraph({
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: '<html>'.padEnd(1_000_000),
    });
    await fails('web-page', /there came a web page/);
    await completesWith(1_000_000);
  });

  it('names a Git LFS pointer', async () => {
    const body = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1000000\n';
    hub.misbehave = ({ file, host }) =>
      file === graph && host === 'storage'
        ? { status: 200, headers: { 'transfer-encoding': 'chunked' }, body }
        : undefined;
    await fails('pointer', /Git LFS pointer/);
    await completesWith(1_000_000);
  });

  it('takes from another host that it is sent to only what it asked for, and shows it no token', async () => {
    const seen: (string | undefined)[] = [];
    const other = http.createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end(randomBytes(1_000_000));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const redirect = `http://localhost:${(other.address() as AddressInfo).port}/elsewhere`;
    hub.repositories[id]!.private = 'hf_secret';
    hub.misbehave = ({ file }) => (file === graph ? { redirect } : undefined);
    try {
      await fails('damaged', /"onnx\/model\.onnx" of .* arrived damaged: its hash is/, {
        token: 'hf_secret',
      });
    } finally {
      other.close();
    }
    assert.deepEqual(seen, [undefined]);
    delete hub.repositories[id]!.private;
    await completesWith(1_000_000);
  });

  describe('when the Hub fails while it describes a repository', () => {
    const onDescription = (part: string, fault: Fault, times = Infinity): void => {
      let left = times;
      hub.misbehave = ({ url }) => (url.includes(part) && left-- > 0 ? fault : undefined);
    };

    for (const part of ['/revision/', '/tree/', 'config.json']) {
      it(`tries again after 500 twice (${part})`, async () => {
        onDescription(part, { status: 500 }, 2);
        await add();
        await assertWhole();
      });

      it(`asks again for what broke off or stalled (${part})`, async () => {
        for (const fault of [{ cutAfter: 20 }, { stallAfter: 20 }]) {
          onDescription(part, fault, 1);
          await readOffer(access(), id);
        }
      });

      it(`gives up on what stalls each time (${part})`, async () => {
        onDescription(part, { stallAfter: 20 });
        await fails('offline', /can't be reached \(no byte came for 0\.3 s\)/);
        await completesWith(1_000_000);
      });

      it(`says how long 429 asks to wait when that is too long (${part})`, async () => {
        onDescription(part, { status: 429, headers: { 'retry-after': '600' } });
        await fails('rate-limited', /Try again in 10 min/);
        await completesWith(1_000_000);
      });

      it(`names a web page in its place (${part})`, async () => {
        const body = '<!doctype html><p>Sign in';
        onDescription(part, { status: 200, headers: { 'content-type': 'text/html' }, body });
        await fails(
          'web-page',
          part === 'config.json' ? /"config\.json" of .* web page/ : /the description of .* web page/,
        );
        await completesWith(1_000_000);
      });
    }

    it('refuses a damaged config.json', async () => {
      onDescription('config.json', { corrupt: true });
      await fails('damaged', /"config\.json" of .* arrived damaged: its hash is/);
      await completesWith(1_000_000);
    });

    it('stops at once when cancelled while nothing comes', async () => {
      onDescription('/tree/', { stallAfter: 20 });
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      await assert.rejects(readOffer(access({ patience: { stall: 20_000 } }), id, controller.signal), {
        code: 'cancelled',
      });
    });
  });

  describe('says why a repository is not to be had', () => {
    it('a missing one', async () => {
      delete hub.repositories[id];
      await fails('missing', /There is no repository "tests\/little-gpt2" at .*, or it is private/);
    });

    it('a private one, and takes it with the token', async () => {
      hub.repositories[id]!.private = 'hf_right';
      await fails('missing', /or it is private.*set your token/);
      await fails('missing', /or it is private/, { token: 'hf_wrong' });
      await add({}, { token: 'hf_right' });
      await assertWhole();
    });

    it('a gated one', async () => {
      hub.repositories[id]!.gated = 'hf_right';
      await fails(
        'gated',
        /is gated: its owner gives access on request\. Ask for it at .*then set your token/,
      );
      await fails('gated', /with the account whose token Headlight uses/, { token: 'hf_wrong' });
    });

    it('a renamed one, with its new name', async () => {
      hub.repositories[id]!.renamedTo = 'tests/other-name';
      const { details } = await fails(
        'renamed',
        /is called "tests\/other-name" now\. Add "tests\/other-name"/,
      );
      assert.equal(details.newName, 'tests/other-name');
    });

    it('a token that is not accepted', async () => {
      hub.misbehave = () => ({ status: 401 });
      await fails('token', /doesn't accept the token/, { token: 'hf_old' });
    });

    it('403 without a code', async () => {
      onGraph({ status: 403 });
      await fails('token', /doesn't let you read/);
      await completesWith(1_000_000);
    });

    it('a file that went away', async () => {
      onGraph({ status: 404 });
      await fails('missing', /has no file "onnx\/model.onnx" any more/);
      await completesWith(1_000_000);
    });

    it('no network', async () => {
      await fails('offline', /127\.0\.0\.1:9 can't be reached.*Folder or Zip/, {
        endpoint: 'http://127.0.0.1:9',
      });
    });

    it('no ONNX file, with what to do; no tokenizer, no config', async () => {
      const without = (name: string) =>
        Object.fromEntries(Object.entries(files).filter(([key]) => key !== name));
      hub.repositories[id]!.files = without(graph);
      await fails('no-onnx', /has no ONNX file\. Look for a conversion of it, for example by Xenova/);
      hub.repositories[id]!.files = { ...without(graph), 'model.safetensors': Buffer.from('x') };
      const { details } = await fails(
        'no-onnx',
        /only weights for PyTorch\..*optimum-cli.*Add Model from Folder or Zip/,
      );
      assert.equal(details.command, 'optimum-cli export onnx --model tests/little-gpt2 little-gpt2');
      hub.repositories[id]!.files = without('tokenizer.json');
      await fails('unusable', /no tokenizer\.json/);
      hub.repositories[id]!.files = without('config.json');
      await fails('unusable', /no config\.json/);
    });

    it('a name that is none', async () => {
      for (const name of ['', 'a/b/c', '../up', 'a/..', '/etc/passwd', 'a b/c', 'con/x', 'x--y', 'a\\b'])
        await assert.rejects(readOffer(access(), name), { code: 'bad-name' }, name);
    });
  });

  it('sends the token to the Hub only, not to the storage or to any other host', async () => {
    hub.repositories[id]!.private = 'hf_secret';
    await add({}, { token: 'hf_secret' });
    const authorized = hub.seen.filter(({ headers }) => headers.authorization !== undefined);
    assert(authorized.length > 0 && authorized.every(({ host }) => host === 'hub'));
    assert(hub.seen.some(({ host }) => host === 'storage'));
  });

  it('refuses names that lead out of the store, before anything is written', async () => {
    for (const name of ['onnx/../../../model.onnx', '../model.onnx']) {
      hub.repositories[id]!.files = { ...files, [name]: Buffer.from('x') };
      await fails('unsafe', /could lead out of the model's folder/);
    }
    assert.deepEqual(fs.readdirSync(store), []);
  });

  it('stops at once when cancelled, and continues there', async () => {
    onGraph({ rate: 400_000 });
    const controller = new AbortController();
    const onProgress = ({ file, done }: AddProgress): void => {
      if (file === graph && done > 300_000) controller.abort();
    };
    await assert.rejects(
      add({ signal: controller.signal, onProgress }),
      (error) => error instanceof EngineError && error.code === 'cancelled',
    );
    const [model] = await storedModels(store);
    assert.equal(model?.complete, false);
    const { size } = fs.statSync(
      path.join(
        model.folder,
        '../../partial',
        fs.readdirSync(path.join(model.folder, '../../partial')).find((name) => name.endsWith('.part'))!,
      ),
    );
    assert(size > 200_000 && size < 1_000_000, String(size));
    await completesWith(1_000_000 - size);
  });

  it('fetches once for two windows', async () => {
    onGraph({ rate: 2_000_000 });
    const waits: string[] = [];
    await Promise.all([
      add(),
      add({ onProgress: ({ waiting }) => waiting !== undefined && waits.push(english(waiting)) }),
    ]);
    assert.equal(hub.sent(graph), 1_000_000);
    await assertWhole();
  });

  it('fetches once for two processes', async () => {
    onGraph({ rate: 2_000_000 });
    await Promise.all([inProcess().done, add()]);
    assert.equal(hub.sent(graph), 1_000_000);
    await assertWhole();
  });

  it('continues after kill -9 in the middle', async () => {
    onGraph({ rate: 500_000 });
    const { child, done } = inProcess();
    while (hub.sent(graph) < 300_000) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await done;
    const partial = fs
      .readdirSync(path.join(store, 'models--tests--little-gpt2/partial'))
      .find((name) => name.endsWith('.part'))!;
    const { size } = fs.statSync(path.join(store, 'models--tests--little-gpt2/partial', partial));
    assert(size > 100_000, String(size));
    // The dead process's lock is taken over once it is old.
    await completesWith(1_000_000 - size);
  });

  /** The same in a process of its own. */
  function inProcess() {
    const script = path.join(__dirname, 'addInProcess.ts');
    const child = spawn(process.execPath, ['--require', 'tsx', script, store, hub.endpoint, id], {
      stdio: 'inherit',
    });
    return { child, done: new Promise<number | null>((resolve) => child.on('exit', resolve)) };
  }

  describe('on a small disk', () => {
    let disk: string;
    before(function () {
      disk = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-disk-'));
      const mounted =
        process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
      // Only root may mount; elsewhere the file system's own limits can't be tried.
      if (!mounted || mounted.status !== 0) this.skip();
    });
    after(() => {
      spawnSync('umount', [disk]);
      fs.rmSync(disk, { recursive: true, force: true });
    });

    it('says before it begins that there is no room', async () => {
      fs.writeFileSync(path.join(disk, 'other'), Buffer.alloc(1_000_000));
      const error = await add({}, {}, disk).catch((reason: unknown) => reason);
      assert(error instanceof ModelProblem && error.code === 'disk-full', String(error));
      assert.match(error.message, /needs 1\.0 MB more and the disk of .* has 1\.1 MB free/);
      assert.equal(hub.sent(graph), 0);
      fs.rmSync(path.join(disk, 'other'));
    });

    it('keeps what came when the disk fills up meanwhile, and continues there', async () => {
      onGraph({ rate: 2_000_000 });
      const onProgress = ({ done }: AddProgress): void => {
        if (done > 300_000 && !fs.existsSync(path.join(disk, 'other')))
          try {
            fs.writeFileSync(path.join(disk, 'other'), Buffer.alloc(2_000_000));
          } catch {
            // It is full now.
          }
      };
      const error = await add({ onProgress }, {}, disk).catch((reason: unknown) => reason);
      assert(error instanceof ModelProblem && error.code === 'disk-full', String(error));
      assertNothingHalfWritten(disk);
      fs.rmSync(path.join(disk, 'other'));
      hub.forget();
      await add({}, {}, disk);
      assert(hub.sent(graph) < 750_000, `${hub.sent(graph)} bytes`);
      assertNothingHalfWritten(disk);
      assert.equal((await storedModels(disk))[0]?.complete, true);
    });
  });

  it('puts what can not be read into quarantine, with the reason', async () => {
    const inspect = () => Promise.reject(new EngineError('model', 'The graph is broken.'));
    await assert.rejects(add({ inspect }), {
      code: 'unusable',
      message: /arrived whole but can't be used: The graph is broken\. It was put into quarantine/,
    });
    assert.deepEqual(await storedModels(store), []);
    const [bad] = await quarantinedModels(store);
    assert.deepEqual([bad?.id, bad?.reason], [id, 'The graph is broken.']);
  });

  it('keeps what it has when another precision, or a new commit, can not be read', async () => {
    const folder = await add();
    const broken: typeof files = { ...files, 'onnx/model_quantized.onnx': randomBytes(200_000) };
    const inspect = () => Promise.reject(new EngineError('model', 'The graph is broken.'));
    for (const changed of [
      broken,
      { ...broken, 'config.json': Buffer.concat([broken['config.json']!, Buffer.from(' ')]) },
    ]) {
      hub.repositories[id]!.files = changed;
      const offer = await readOffer(access(), id);
      const int8 = offer.graphs.find(({ name }) => name === 'int8')!;
      await assert.rejects(addModel(store, access(), offer, int8, { inspect }), { code: 'unusable' });
      const [model] = await storedModels(store);
      assert.deepEqual([model?.complete, model?.folder], [true, folder]);
      await assertWhole();
      assert.equal(fs.existsSync(path.join(folder, 'onnx/model_quantized.onnx')), false);
      assert.equal(fs.readdirSync(path.join(folder, '..')).length, 1);
    }
    assert.equal((await quarantinedModels(store)).length, 2);
    // Nor is what can't be read any more left in its record.
    hub.repositories[id]!.files = files;
    const offer = await readOffer(access(), id);
    await assert.rejects(addModel(store, access(), offer, offer.graphs[0]!, { inspect }), {
      code: 'unusable',
    });
    const [model] = await storedModels(store);
    assert(model && !model.record.files.some(({ path: name }) => name === graph));
  });

  it('keeps one precision while another is added, and takes over the same files of a new commit', async () => {
    await add();
    const both = { ...files, 'onnx/model_quantized.onnx': randomBytes(200_000) };
    hub.repositories[id]!.files = both;
    hub.forget();
    const offer = await readOffer(access(), id);
    assert.deepEqual(
      offer.graphs.map(({ name }) => name),
      ['int8', 'fp32'],
    );
    for (const graphOfOffer of offer.graphs) await addModel(store, access(), offer, graphOfOffer);
    assert.equal(hub.sent(graph), 0, 'the graph is the same in both commits');
    await assertWhole(both);
    const [model] = await storedModels(store);
    assert.equal(fs.readdirSync(path.join(model!.folder, '..')).length, 1, 'the old snapshot is gone');
  });
});
