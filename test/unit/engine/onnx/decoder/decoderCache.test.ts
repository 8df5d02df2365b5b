import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CausalModel } from '../../../../../src/engine/model/causalModel';
import {
  cachedBytes,
  decoderFolder,
  defaultCacheFolder,
  readCachedDecoder,
  removeOrphans,
} from '../../../../../src/engine/onnx/decoder/decoderCache';
import { decodeFeeds } from '../../../../../src/engine/model/decodeFeeds';
import { KeyValueCache } from '../../../../../src/engine/model/keyValueCache';
import { decodeNames } from '../../../../../src/engine/onnx/decoder/decodeGraph';
import { openCausalGraph, type OpenedGraph } from '../../../../../src/engine/onnx/openModel';
import { inspect } from '../../../../../src/engine/tasks/inspect';
import { soleTurn } from '../../../../../src/engine/scheduler';
import { fixture } from '../stock';

const turn = soleTurn(new AbortController().signal);
const ids = [7, 31, 12, 90, 55, 31, 8];

function newCache({ decode }: OpenedGraph): KeyValueCache {
  return new KeyValueCache({ ...decode!, type: 'float32' }, Infinity);
}

async function logitsOf(file: string, cache: string | undefined): Promise<Float32Array> {
  const graph = await openCausalGraph(file, { threads: 1, cache, leastBytes: 0 });
  assert(graph.decode);
  const model = await CausalModel.open(graph, 128, 1e6);
  const [logits] = await model.read(model.newContext(), [ids], turn);
  await graph.session.release();
  return logits!.slice();
}

describe('The cache of decoders', () => {
  let root: string;
  let file: string;
  let cache: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'decoder-cache-'));
    file = path.join(root, 'model_quantized.onnx');
    cache = path.join(root, 'cache');
    fs.copyFileSync(fixture('gpt2-int8/onnx/model_quantized.onnx'), file);
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  it('keeps int8 weights laid out anew, which give what the same weights give in float32', async () => {
    const exact = await logitsOf(fixture('gpt2-optimum/onnx/model.onnx'), undefined);
    const asTheyAre = await logitsOf(file, undefined);
    const laidOut = await logitsOf(file, cache);
    const error = (logits: Float32Array): number =>
      Math.sqrt(logits.reduce((sum, logit, at) => sum + (logit - exact[at]!) ** 2, 0) / logits.length);
    // Activations quantised by blocks lose no more than activations quantised together.
    assert(error(laidOut) <= 1.1 * error(asTheyAre), `${error(laidOut)} and ${error(asTheyAre)}`);
    assert(error(laidOut) > 0);
    const kept = fs.readdirSync(decoderFolder(cache, file)).sort();
    assert.deepEqual(kept, ['graph.onnx', 'record.json', 'weights.bin']);
    assert(cachedBytes(cache, file) > 50_000);
  });

  it('is told with the model', async () => {
    const folder = path.join(root, 'model');
    fs.cpSync(fixture('gpt2-int8'), folder, { recursive: true });
    const graph = path.join(folder, 'onnx/model_quantized.onnx');
    const model = { model: graph };
    assert.equal((await inspect(model, cache)).laidOutBytes, undefined);
    await logitsOf(graph, cache);
    assert.equal((await inspect(model, cache)).laidOutBytes, cachedBytes(cache, graph));
  });

  it('opens what is kept, with the same results', async () => {
    const first = await logitsOf(file, cache);
    const kept = path.join(decoderFolder(cache, file), 'weights.bin');
    const before = fs.statSync(kept);
    assert.deepEqual(await logitsOf(file, cache), first);
    assert.equal(fs.statSync(kept).ino, before.ino);
  });

  it('goes with its source, and what was left half-made goes in time', async () => {
    await logitsOf(file, cache);
    const folder = decoderFolder(cache, file);
    const bytes = cachedBytes(cache, file);
    const half = `${folder}.12345`;
    fs.mkdirSync(half);
    fs.writeFileSync(path.join(half, 'weights.bin'), 'half');
    assert.equal(removeOrphans(cache), 0, 'the source is there, and the half may be on its way');
    const yesterday = new Date(Date.now() - 86_400_000);
    fs.utimesSync(half, yesterday, yesterday);
    assert.equal(removeOrphans(cache), 4);
    assert(fs.existsSync(folder));
    fs.rmSync(file);
    assert.equal(removeOrphans(cache), bytes);
    assert.deepEqual(fs.readdirSync(path.join(cache, 'decoders')), []);
    assert.equal(removeOrphans(path.join(root, 'nowhere')), 0);
  });

  it('is made again when the source has changed', async () => {
    await logitsOf(file, cache);
    assert(readCachedDecoder(cache, file));
    fs.utimesSync(file, new Date(), new Date(Date.now() + 5000));
    assert.equal(readCachedDecoder(cache, file), undefined);
    await logitsOf(file, cache);
    assert(readCachedDecoder(cache, file));
  });

  it('is made again when it is damaged', async () => {
    const first = await logitsOf(file, cache);
    fs.writeFileSync(path.join(decoderFolder(cache, file), 'record.json'), '{');
    assert.deepEqual(await logitsOf(file, cache), first);
    fs.truncateSync(path.join(decoderFolder(cache, file), 'weights.bin'), 100);
    assert.deepEqual(await logitsOf(file, cache), first);
  });

  it('is no error when it can not be written', async () => {
    fs.writeFileSync(cache, 'a file where the folder should be');
    assert.deepEqual(await logitsOf(file, cache), await logitsOf(file, undefined));
  });

  it('leaves no half-written folders', async () => {
    await logitsOf(file, cache);
    assert.equal(fs.readdirSync(path.join(cache, 'decoders')).length, 1);
  });

  it('reads long prompts by the weights as they are', async () => {
    const plain = await openCausalGraph(file, { threads: 1 });
    assert.equal(plain.promptSession, undefined);
    const laidOut = await openCausalGraph(file, { threads: 1, cache, leastBytes: 0 });
    const prompts = (await laidOut.promptSession!())!;
    assert.equal(prompts, await laidOut.promptSession!());
    const feeds = decodeFeeds(newCache(plain), [ids], 'all');
    const names = [decodeNames.logits, decodeNames.added];
    const [expected, actual, steps] = await Promise.all(
      [plain.session, prompts, laidOut.session].map((session) => session.run(feeds, names)),
    );
    for (const name of names) {
      assert.deepEqual(actual![name]!.data, expected![name]!.data);
      assert.notDeepEqual(steps![name]!.data, expected![name]!.data);
    }
    await plain.session.release();
    await laidOut.session.release();
  });

  it('leaves small models as they are', async () => {
    const graph = await openCausalGraph(file, { threads: 1, cache });
    assert(graph.decode);
    assert.equal(cachedBytes(cache, file), 0);
    await graph.session.release();
  });

  it('keeps nothing of a float32 model', async () => {
    const float = fixture('gpt2-optimum/onnx/model.onnx');
    await logitsOf(float, cache);
    assert.equal(cachedBytes(cache, float), 0);
  });
});

describe('defaultCacheFolder', () => {
  it("is the operating system's, or what HEADLIGHT_CACHE says", () => {
    assert.equal(defaultCacheFolder({}, 'linux', '/home/me'), '/home/me/.cache/headlight');
    assert.equal(defaultCacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux', '/home/me'), '/c/headlight');
    assert.equal(defaultCacheFolder({}, 'darwin', '/Users/me'), '/Users/me/Library/Caches/headlight');
    assert.match(defaultCacheFolder({ LOCALAPPDATA: 'L' }, 'win32', 'C:'), /^L.headlight$/);
    assert.equal(defaultCacheFolder({ HEADLIGHT_CACHE: '/x' }, 'linux', '/home/me'), '/x');
  });
});
