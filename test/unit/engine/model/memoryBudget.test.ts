import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createEngine, type Engine } from '../../../../src/client/engineClient';
import {
  estimatedBytes,
  freeMemory,
  outOfMemory,
  toClose,
  type Held,
} from '../../../../src/engine/model/memoryBudget';
import { readModelFolder } from '../../../../src/engine/model/modelFolder';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import {
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../../../../src/engine/onnx/gen/onnx_pb';
import type { Task } from '../../../../src/core/families';
import { EngineError } from '../../../../src/protocol/engine';
import { fixture } from '../../fixtures';

const held = (key: string, bytes: number, inUse = false): Held => ({ key, name: key, bytes, inUse });

describe('the memory budget', function () {
  this.timeout(60_000);

  it('closes the least recently used, and no more than it must', () => {
    const models = [held('old', 40), held('middle', 40), held('new', 40)];
    assert.deepEqual(toClose('next', 30, models, 150), []);
    assert.deepEqual(toClose('next', 40, models, 150), ['old']);
    assert.deepEqual(toClose('next', 100, models, 150), ['old', 'middle']);
    assert.deepEqual(toClose('next', 60, [held('old', 40, true), held('new', 40)], 120), ['new']);
  });

  it('refuses what can not fit, with the estimate and what to do', () => {
    assert.throws(() => toClose('big', 200e6, [], 150e6), {
      code: 'memory',
      message:
        /"big" needs about 200 MB of memory and Headlight may use 150 MB\. Choose a smaller.*memoryBudget/,
    });
    assert.throws(() => toClose('big', 100e6, [held('other', 80e6, true)], 150e6), /beside other in use/);
  });

  it('is half of the free memory by default', () => {
    assert.deepEqual(toClose('small', 1e6, []), []);
    assert.throws(() => toClose('big', os.totalmem(), []), { code: 'memory' });
  });

  it('counts on a quarter of a Mac’s memory, where next to none is called free', () => {
    assert.equal(freeMemory('darwin', 0.1e9, 16e9), 4e9);
    assert.equal(freeMemory('darwin', 9e9, 16e9), 9e9);
    assert.equal(freeMemory('linux', 0.1e9, 16e9), 0.1e9);
  });

  it('is kept by the store: used ones stay, the one not used for longest goes', async () => {
    const [gpt2, bert, classifier] = [
      fixture('gpt2-optimum'),
      fixture('bert-masked'),
      fixture('bert-sentiment'),
    ];
    const needs = async (folder: string): Promise<number> =>
      estimatedBytes(await readModelFolder(folder), [path.join(folder, 'onnx/model.onnx')]);
    // Room for one of the two others beside BERT.
    const others = Math.max(await needs(gpt2), await needs(classifier));
    const store = new ModelStore({ threads: 1, budget: (await needs(bert)) + others });
    const open = async () => (await store.status()).map(({ model }) => model).sort();
    await store.open(bert, 'fill');
    await store.open(classifier, 'sentiment');
    assert.deepEqual(await open(), ['bert-masked', 'bert-sentiment']);
    await store.open(bert, 'fill');
    await store.open(gpt2, 'continue');
    assert(!(await open()).includes('bert-sentiment'), (await open()).join());
    assert((await open()).includes('gpt2-optimum'));
    await store.closeAll();

    await store.during(async () => {
      await store.open(bert, 'fill');
      await store.open(classifier, 'sentiment');
      await assert.rejects(store.open(gpt2, 'continue'), { code: 'memory', message: /in use/ });
    });
    await store.open(gpt2, 'continue');
    await store.closeAll();
    await assert.rejects(new ModelStore({ budget: 1000 }).open(gpt2, 'continue'), { code: 'memory' });
  });

  it('is freed of a model that was not used for long, while others are used', async () => {
    const store = new ModelStore({ threads: 1 });
    const open = async () => (await store.status()).map(({ model }) => model).sort();
    const use = (folder: string, task: Task) => store.during(() => store.open(fixture(folder), task));
    await use('bert-sentiment', 'sentiment');
    await use('bert-masked', 'fill');
    const since = performance.now();
    await use('bert-masked', 'fill');
    let meanwhile: string[] = [];
    await store.during(async () => {
      await store.open(fixture('bert-sentiment'), 'sentiment');
      meanwhile = await store.closeUnusedSince(performance.now());
    });
    assert.deepEqual(meanwhile, ['bert-masked'], 'the other one is in use');
    await use('bert-masked', 'fill');
    assert.deepEqual(await store.closeUnusedSince(since), []);
    assert.deepEqual(await open(), ['bert-masked', 'bert-sentiment']);
    await store.closeAll();
  });

  it('is asked before a model is opened: what can not fit is refused by its files’ size alone', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-memory-'));
    try {
      makeHuge(folder);
      const store = new ModelStore({ threads: 1, budget: 500e6 });
      const before = process.memoryUsage.rss();
      await assert.rejects(store.open(folder, 'fill'), {
        code: 'memory',
        message: /needs about 16\d\d MB of memory and Headlight may use 500 MB\. Choose a smaller precision/,
      });
      assert(process.memoryUsage.rss() - before < 50e6, 'weights were read');
      assert.deepEqual(await store.status(), []);
      // The next model is opened as if nothing had been.
      await store.open(fixture('bert-masked'), 'fill');
      await store.closeAll();
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  it('knows a failed allocation by its message', () => {
    for (const message of [
      'std::bad_alloc',
      'Array buffer allocation failed',
      'Failed to allocate memory for requested buffer of size 123',
    ])
      assert.equal(outOfMemory(new Error(message))?.code, 'memory', message);
    assert.equal(outOfMemory(new Error('no such file')), undefined);
    assert.equal(outOfMemory(new EngineError('model', 'Failed to allocate')), undefined);
  });

  const failing: [string, (folder: string) => void, string][] = [
    ['a model is opened', makeHuge, 'The [MASK].'],
    ['a text is read', makeHungry, 'The [MASK] of the old house.'],
  ];
  for (const [when, make, text] of failing)
    it(`survives an allocation that fails while ${when}: the engine says so and goes on`, async function () {
      // The limit of a running process can be set on Linux only.
      if (process.platform !== 'linux' || spawnSync('prlimit', ['--version']).status !== 0)
        return this.skip();
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-memory-'));
      const engine: Engine = createEngine({
        entry: path.join(__dirname, '../../../../dist/engine.js'),
        log: () => undefined,
        env: () => ({ HEADLIGHT_MEMORY_BUDGET: '1e12', HEADLIGHT_THREADS: '1' }),
      });
      try {
        make(folder);
        const fill = { model: fixture('bert-masked'), text: 'The [MASK].' };
        await engine.request('fill', fill);
        const { pid } = engine;
        const size =
          Number(/VmSize:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
        assert.equal(spawnSync('prlimit', ['--pid', String(pid), `--as=${size + 300e6}`]).status, 0);
        await assert.rejects(engine.request('fill', { model: folder, text }), (error) => {
          assert(error instanceof EngineError);
          assert.equal(error.code, 'memory', error.message);
          assert.match(error.message, /not enough memory.*Try again with less text or a smaller model/);
          return true;
        });
        await engine.request('fill', fill);
        assert.equal(engine.pid, pid);
      } finally {
        await engine.restart();
        engine.dispose();
        fs.rmSync(folder, { recursive: true, force: true });
      }
    });
});

/** A model with 1.6 GB of weights, which take no room on the disk. */
function makeHuge(folder: string): void {
  fs.cpSync(fixture('bert-masked'), folder, { recursive: true });
  const file = path.join(folder, 'onnx/model.onnx');
  const model = fromBinary(ModelProtoSchema, fs.readFileSync(file));
  const elements = 400_000_000;
  model.graph!.initializer.push(
    create(TensorProtoSchema, {
      name: 'huge',
      dims: [BigInt(elements)],
      dataType: TensorProto_DataType.FLOAT,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: Object.entries({
        location: 'model.onnx_data',
        offset: '0',
        length: String(elements * 4),
      }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    }),
  );
  model.graph!.node.push(
    create(NodeProtoSchema, { opType: 'Identity', name: 'huge', input: ['huge'], output: ['huge.out'] }),
  );
  model.graph!.output.push({ ...model.graph!.output[0]!, name: 'huge.out', type: undefined });
  fs.writeFileSync(file, toBinary(ModelProtoSchema, model));
  fs.writeFileSync(`${file}_data`, '');
  fs.truncateSync(`${file}_data`, elements * 4);
}

/** A model that fills 400 MB for each token that it reads. */
function makeHungry(folder: string): void {
  fs.cpSync(fixture('bert-masked'), folder, { recursive: true });
  const file = path.join(folder, 'onnx/model.onnx');
  const model = fromBinary(ModelProtoSchema, fs.readFileSync(file));
  const graph = model.graph!;
  const node = (opType: string, inputs: string[], output: string): void => {
    graph.node.push(create(NodeProtoSchema, { opType, name: output, input: inputs, output: [output] }));
  };
  const number = (name: string, dataType: TensorProto_DataType, bytes: ArrayBufferView): void => {
    graph.initializer.push(
      create(TensorProtoSchema, {
        name,
        dims: [1n],
        dataType,
        rawData: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      }),
    );
  };
  number('hungry.each', TensorProto_DataType.INT64, new BigInt64Array([100_000_000n]));
  number('hungry.none', TensorProto_DataType.FLOAT, new Float32Array([0]));
  node('Size', ['input_ids'], 'hungry.tokens');
  node('Mul', ['hungry.tokens', 'hungry.each'], 'hungry.size');
  node('ConstantOfShape', ['hungry.size'], 'hungry.filled');
  node('ReduceSum', ['hungry.filled'], 'hungry.sum');
  node('Mul', ['hungry.sum', 'hungry.none'], 'hungry.zero');
  // The logits depend on it, so that it can't be left out.
  for (const other of graph.node)
    other.output = other.output.map((name) => (name === 'logits' ? 'hungry.logits' : name));
  node('Add', ['hungry.logits', 'hungry.zero'], 'logits');
  fs.writeFileSync(file, toBinary(ModelProtoSchema, model));
}
