import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { KeyValueCache } from '../../../../../src/engine/model/keyValueCache';
import { decodeFeeds } from '../../../../../src/engine/model/decodeFeeds';
import { decodeNames } from '../../../../../src/engine/onnx/decoder/decodeGraph';
import { openCausalGraph, type OpenedGraph } from '../../../../../src/engine/onnx/openModel';
import { toFloat32 } from '../../../../../src/engine/onnx/session';
import { difference, emptyPast, fixture, runPlainly, tokenFeeds } from '../stock';

const ids = [7, 31, 12, 90, 55, 31, 8];

/** Files whose decoder is recognised, and the largest difference of logits from the unmodified graph. */
const cases: [file: string, tolerance: number][] = [
  ['gpt2-optimum/onnx/model.onnx', 2e-5],
  ['gpt2-merged/onnx/decoder_model_merged.onnx', 2e-5],
  ['gpt2-dynamo/onnx/model.onnx', 2e-5],
  ['gpt2-no-position-ids/onnx/model.onnx', 2e-5],
  // Read at once, so that activations are quantised together as in the unmodified graph.
  ['gpt2-int8/onnx/model_quantized.onnx', 2e-5],
];

function newCache(graph: OpenedGraph): KeyValueCache {
  const { layers, heads, headSize } = graph.decode!;
  return new KeyValueCache({ layers, heads, headSize, type: 'float32' }, 128);
}

for (const [name, tolerance] of cases) {
  describe(`The decoder written anew from ${name}`, () => {
    const file = fixture(name);
    const isMerged = name.includes('merged');
    let graph: OpenedGraph;
    let stock: Float32Array;
    before(async () => {
      graph = await openCausalGraph(file, { threads: 1 });
      assert(graph.decode, 'the decoder was not recognised');
      const inputs = (await import('onnxruntime-node')).InferenceSession;
      const session = await inputs.create(readFileSync(file), { logSeverityLevel: 4 });
      const infos = session.inputMetadata.map((info) => ({
        name: info.name,
        type: 'float32' as const,
        dims: 'shape' in info ? info.shape : [],
      }));
      await session.release();
      const feeds = { ...tokenFeeds(infos, ids), ...emptyPast(infos) };
      const outputs = await runPlainly(file, feeds, isMerged ? { useCacheBranch: false } : {});
      stock = toFloat32(outputs['logits']!);
    });
    after(() => graph.session.release());

    it("gives the unmodified graph's logits", async () => {
      const outputs = await graph.session.run(decodeFeeds(newCache(graph), [ids], 'all'), [
        decodeNames.logits,
      ]);
      const largest = difference(toFloat32(outputs[decodeNames.logits]!), stock);
      assert(largest <= tolerance, `differs by ${largest}`);
    });

    // Activations of an int8 graph are quantised together, so that their number tells.
    if (tolerance < 1e-4 && !name.includes('int8'))
      it('gives them also in steps of any length, with spare room in the cache', async () => {
        for (const lengths of [[3, 1, 3], [1, 6], [1, 1, 1, 1, 1, 1, 1], [7]]) {
          const cache = newCache(graph);
          const logits: number[] = [];
          for (const length of lengths) {
            const step = ids.slice(cache.length, cache.length + length);
            const outputs = await graph.session.run(decodeFeeds(cache, [step], 'all'), [
              decodeNames.logits,
              decodeNames.added,
            ]);
            logits.push(...toFloat32(outputs[decodeNames.logits]!));
            cache.appendPacked(length, outputs[decodeNames.added]!.data as Float32Array);
          }
          const largest = difference(logits, stock);
          assert(largest <= tolerance, `steps of ${lengths.join(', ')} differ by ${largest}`);
        }
      });

    it('gives the logits of the last position alone, and none', async () => {
      const outputs = await graph.session.run(decodeFeeds(newCache(graph), [ids], 'last'), [
        decodeNames.logits,
      ]);
      const last = outputs[decodeNames.logits]!;
      assert.deepEqual(last.dims.slice(0, 2), [1, 1]);
      const expected = stock.slice(-last.dims[2]!);
      const largest = difference(toFloat32(last), expected);
      assert(largest <= (name.includes('int8') ? 0.1 : tolerance), `differs by ${largest}`);
      const none = await graph.session.run(decodeFeeds(newCache(graph), [ids], 'none'), [decodeNames.logits]);
      assert.equal(none[decodeNames.logits]!.dims[1], 0);
    });
  });
}

describe('Graphs that are not written anew', () => {
  it('are opened as they are: in float16, and of another architecture', async () => {
    const half = await openCausalGraph(fixture('gpt2-fp16/onnx/model_fp16.onnx'), { threads: 1 });
    assert.equal(half.decode, undefined);
    assert.equal(half.newKeyValues?.length, 3);
    await half.session.release();
  });
});
