import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ZipFile } from 'yazl';
import { exportModel, importModel } from '../../../src/models/exchange';
import { takeInventory } from '../../../src/models/places';
import { parseRecord } from '../../../src/models/record';
import { pathWithin } from '../../../src/models/repository';
import { removeModel } from '../../../src/models/remove';
import { storedModels } from '../../../src/models/store';
import { verifyModel } from '../../../src/models/verify';
import { fixture } from '../fixtures';

describe('models without a network', () => {
  let folder: string;
  let store: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-exchange-'));
    store = path.join(folder, 'store');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const zipOf = async (
    name: string,
    entries: Record<string, Buffer>,
    modes: Record<string, number> = {},
  ): Promise<string> => {
    const zip = new ZipFile();
    for (const [file, bytes] of Object.entries(entries))
      zip.addBuffer(
        bytes,
        file.replace(/^\.\.\//, 'xx/'),
        modes[file] === undefined ? {} : { mode: modes[file] },
      );
    zip.end();
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
    // yazl refuses to write what is to be tried here, so it is put in by hand.
    const bytes = Buffer.from(Buffer.concat(chunks).toString('latin1').replaceAll('xx/', '../'), 'latin1');
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    return file;
  };
  const small = (): Record<string, Buffer> => ({
    'config.json': fs.readFileSync(path.join(fixture('bert-masked'), 'config.json')),
    'tokenizer.json': fs.readFileSync(path.join(fixture('bert-masked'), 'tokenizer.json')),
    'onnx/model.onnx': fs.readFileSync(path.join(fixture('bert-masked'), 'onnx/model.onnx')),
  });

  it('takes a folder, exports it, and takes the export elsewhere with the same name and hashes', async () => {
    const first = await importModel(store, fixture('bert-masked'));
    assert.equal(first.record.id, 'local/bert-masked');
    for (const to of ['model.zip', 'model']) {
      const file = path.join(folder, to);
      await exportModel(first.folder, first.record, file);
      const other = path.join(folder, `other-${to}`);
      const second = await importModel(other, file);
      assert.deepEqual(second.record.files, first.record.files);
      assert.equal(second.record.id, first.record.id);
      assert.deepEqual((await verifyModel(second.folder, second.record)).wrong, []);
      assert.deepEqual(fs.readdirSync(path.join(other, 'models--local--bert-masked')).sort(), [
        'headlight.json',
        'snapshots',
      ]);
    }
    assert.deepEqual(fs.readdirSync(folder).sort(), [
      'model',
      'model.zip',
      'other-model',
      'other-model.zip',
      'store',
    ]);
  });

  it('takes a .zip whose files lie in a folder', async () => {
    const nested = Object.fromEntries(
      Object.entries(small()).map(([name, bytes]) => [`my model/${name}`, bytes]),
    );
    const { record } = await importModel(store, await zipOf('My model.zip', nested));
    assert.equal(record.id, 'local/My-model');
    assert.deepEqual(record.files.map(({ path: name }) => name).sort(), Object.keys(small()).sort());
  });

  it('refuses a damaged export, and adds nothing', async () => {
    const { record, folder: own } = await importModel(store, fixture('bert-masked'));
    const copy = path.join(folder, 'copy');
    await exportModel(own, record, copy);
    fs.appendFileSync(path.join(copy, 'config.json'), ' ');
    const other = path.join(folder, 'other');
    await assert.rejects(importModel(other, copy), {
      code: 'damaged',
      message: /"config.json" in .* is damaged.*Nothing was added/,
    });
    assert.deepEqual(await storedModels(other), []);
  });

  it('refuses names that climb, links, and what is no model', async () => {
    await assert.rejects(
      importModel(store, await zipOf('climb.zip', { ...small(), '../evil.json': Buffer.from('x') })),
      /can't be added.*invalid relative path/,
    );
    await assert.rejects(
      importModel(
        store,
        await zipOf('link.zip', { ...small(), LICENSE: Buffer.from('/etc/passwd') }, { LICENSE: 0o120777 }),
      ),
      {
        code: 'unsafe',
        message: /holds a link, "LICENSE"/,
      },
    );
    fs.writeFileSync(
      path.join(folder, 'half.zip'),
      fs.readFileSync(await zipOf('whole.zip', small())).subarray(0, 5000),
    );
    await assert.rejects(importModel(store, path.join(folder, 'half.zip')), /isn't a whole \.zip file/);
    await assert.rejects(importModel(store, folder), /it has no config\.json/);
    await assert.rejects(importModel(store, '/no/such/folder'), { code: 'missing' });
    assert.deepEqual(await storedModels(store), []);
  });

  it('puts an import that can not be read into quarantine', async () => {
    const inspect = () => Promise.reject(Object.assign(new Error('Broken.'), { code: 'model' }));
    await assert.rejects(importModel(store, fixture('bert-masked'), { inspect }), { code: 'unusable' });
    const { models, quarantined } = await takeInventory({ store, embedded: '/no/such' });
    assert.equal(models.filter(({ place }) => place === 'store').length, 0);
    assert.equal(quarantined[0]?.reason, 'Broken.');
  });

  it('keeps the model that is there when an import under its name can not be read, and what of it was fetched', async () => {
    const { record, folder: own } = await importModel(store, fixture('bert-masked'));
    const partial = path.join(store, 'models--local--bert-masked/partial/abc.part');
    fs.mkdirSync(path.dirname(partial));
    fs.writeFileSync(partial, 'half');
    const inspect = () => Promise.reject(Object.assign(new Error('Broken.'), { code: 'model' }));
    const zip = await zipOf('bert-masked.zip', { ...small(), LICENSE: Buffer.from('other') });
    await assert.rejects(importModel(store, zip, { inspect }), { code: 'unusable' });
    assert.deepEqual((await verifyModel(own, record)).wrong, []);
    assert.deepEqual(
      (await storedModels(store)).map(({ folder: at }) => at),
      [own],
    );
    assert(fs.existsSync(partial));
    const second = await importModel(store, zip);
    assert.deepEqual(
      (await storedModels(store)).map(({ folder: at }) => at),
      [second.folder],
    );
    assert.equal(fs.existsSync(own), false, 'the old files are gone');
  });

  it('says which files were changed or are missing', async () => {
    const { record, folder: own } = await importModel(store, fixture('bert-masked'));
    fs.appendFileSync(path.join(own, 'config.json'), ' ');
    fs.rmSync(path.join(own, 'tokenizer.json'));
    assert.deepEqual(
      (await verifyModel(own, record)).wrong.map(({ path: name, how }) => `${name} ${how}`).sort(),
      ['config.json changed', 'tokenizer.json missing'],
    );
  });

  it("removes a model's files and nothing else", async () => {
    await importModel(store, fixture('bert-masked'));
    const { folder: own } = await importModel(store, fixture('gpt2-optimum'));
    fs.writeFileSync(path.join(own, 'my notes.txt'), 'mine');
    const { freed, left } = await removeModel(store, 'local/gpt2-optimum');
    assert(freed > 400_000);
    assert.deepEqual(left, [path.join(own, 'my notes.txt')]);
    assert.deepEqual(
      (await storedModels(store)).map(({ id }) => id),
      ['local/bert-masked'],
    );
    await removeModel(store, 'local/bert-masked');
    assert.equal(fs.existsSync(path.join(store, 'models--local--bert-masked')), false);
    await assert.rejects(removeModel(store, 'local/bert-masked'), { code: 'not-installed' });
    await assert.rejects(removeModel(store, '../up'), { code: 'bad-name' });
  });

  it('finds models in every place, several precisions as one entry', async () => {
    const cache = path.join(folder, 'home', 'hub');
    const snapshot = path.join(cache, 'models--Xenova--little', 'snapshots', 'abc');
    const blobs = path.join(cache, 'models--Xenova--little', 'blobs');
    fs.mkdirSync(path.join(snapshot, 'onnx'), { recursive: true });
    fs.mkdirSync(blobs);
    for (const [name, bytes] of Object.entries({
      ...small(),
      'onnx/model_quantized.onnx': Buffer.alloc(10),
    })) {
      fs.writeFileSync(path.join(blobs, name.replace('/', '-')), bytes);
      fs.symlinkSync(path.join(blobs, name.replace('/', '-')), path.join(snapshot, name));
    }
    await importModel(store, fixture('gpt2-optimum'));
    const names = ['HF_HOME', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE'] as const;
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) delete process.env[name];
    process.env['HF_HOME'] = path.join(folder, 'home');
    try {
      const embedded = path.join(folder, 'embedded');
      fs.cpSync(fixture('bert-sentiment'), path.join(embedded, 'mine'), { recursive: true });
      const { models } = await takeInventory({ store, embedded, chosen: [fixture('roberta-masked')] });
      assert.deepEqual(
        models.map(({ id, place, graphs }) => [id, place, graphs.map(({ name }) => name).join()]),
        [
          ['mine', 'embedded', 'fp32'],
          ['local/gpt2-optimum', 'store', 'fp32'],
          ['Xenova/little', 'cache', 'int8,fp32'],
          ['roberta-masked', 'chosen', 'fp32'],
        ],
      );
    } finally {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });

  it('reads no record that names files outside of its folder', () => {
    const record = {
      format: 1,
      id: 'a/b',
      source: 'zip',
      commit: 'a'.repeat(40),
      added: 0,
      files: [{ path: '../x', size: 1, hash: { algorithm: 'sha256', digest: 'aa' } }],
    };
    assert.throws(() => parseRecord(JSON.stringify(record)), { code: 'unsafe' });
    for (const name of [
      '/x',
      'a//b',
      './a',
      'a/.',
      '..',
      'c:/x',
      'a\\..\\b',
      'nul',
      'a/con.txt',
      'x\u0000',
      'end.',
    ])
      assert.throws(() => pathWithin('/store', name), { code: 'unsafe' }, name);
    assert.equal(pathWithin('/store', 'onnx/model.onnx'), path.resolve('/store/onnx/model.onnx'));
  });
});
