import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { english } from '../../../../src/core/message';
import { openGraph, type OpenedGraph } from '../../../../src/engine/onnx/openModel';
import { toFloat32, type TensorData } from '../../../../src/engine/onnx/session';
import { difference, emptyPast, fixture, goldenAttentions, runPlainly, tokenFeeds } from './stock';

interface Case {
  file: string;
  golden: string;
  /** Largest difference from the stock graph's outputs, and from Python's attentions. */
  outputs: number;
  attentions: number;
}

const fp32 = { outputs: 2e-5, attentions: 1e-5 };

// The int8 and fp16 graphs are compared with the attentions of the fp32 model that they were made from; on random
// weights as large as these, 8 bits move single probabilities far.
const cases: Case[] = [
  { file: 'gpt2-optimum/onnx/model.onnx', golden: 'gpt2', ...fp32 },
  { file: 'gpt2-merged/onnx/decoder_model_merged.onnx', golden: 'gpt2', ...fp32 },
  { file: 'gpt2-no-position-ids/onnx/model.onnx', golden: 'gpt2', ...fp32 },
  { file: 'gpt2-dynamo/onnx/model.onnx', golden: 'gpt2', ...fp32 },
  { file: 'gpt2-int8/onnx/model_quantized.onnx', golden: 'gpt2', outputs: 1e-5, attentions: 0.25 },
  { file: 'gpt2-fp16/onnx/model_fp16.onnx', golden: 'gpt2', outputs: 0.01, attentions: 0.01 },
  { file: 'bert-masked/onnx/model.onnx', golden: 'bert-masked', ...fp32 },
  { file: 'bert-masked-torch/onnx/model.onnx', golden: 'bert-masked', ...fp32 },
  { file: 'bert-sentiment/onnx/model.onnx', golden: 'bert-sentiment', ...fp32 },
  { file: 'roberta-masked/onnx/model.onnx', golden: 'roberta-masked', ...fp32 },
  { file: 'distilbert-sentiment/onnx/model.onnx', golden: 'distilbert-sentiment', ...fp32 },
];

const ids = [7, 31, 12, 90, 55, 31, 8];

function fingerprint(file: string): string {
  return `${statSync(file).mtimeMs} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}

/** Appends `added` to `past` along the positions: [1, heads, positions, size]. */
function append(past: TensorData, added: TensorData): number[] {
  const [, heads, length, size] = past.dims as [number, number, number, number];
  const count = added.dims[2]!;
  const joined: number[] = [];
  for (let head = 0; head < heads; head++) {
    joined.push(...Array.from(past.data.slice(head * length * size, (head + 1) * length * size), Number));
    joined.push(...Array.from(added.data.slice(head * count * size, (head + 1) * count * size), Number));
  }
  return joined;
}

describe('openGraph', () => {
  for (const { file: name, golden, outputs, attentions } of cases) {
    describe(name, () => {
      const file = fixture(name);
      const causal = golden === 'gpt2';
      let original: string;
      let graph: OpenedGraph;
      before(async () => {
        original = fingerprint(file);
        graph = await openGraph(file, { threads: 1 });
      });
      after(() => graph.session.release());

      it("gives the stock graph's outputs", async () => {
        const feeds = { ...tokenFeeds(graph.inputs, ids), ...emptyPast(graph.inputs) };
        const stock = await runPlainly(file, feeds, name.includes('merged') ? { useCacheBranch: false } : {});
        assert.deepEqual(
          graph.outputs.map((output) => output.name),
          Object.keys(stock),
        );
        const ours = await graph.session.run(feeds, Object.keys(stock));
        for (const [output, tensor] of Object.entries(stock)) {
          assert.deepEqual(ours[output]!.dims, tensor.dims);
          assert.equal(ours[output]!.type, graph.outputs.find((info) => info.name === output)!.type);
          const largest = difference(toFloat32(ours[output]!), toFloat32(tensor));
          assert(largest <= outputs, `${output} differs by ${largest}`);
        }
      });

      it("gives transformers' attentions", async () => {
        for (const { ids: text, shape, attentions: expected } of goldenAttentions(golden)) {
          const feeds = { ...tokenFeeds(graph.inputs, text), ...emptyPast(graph.inputs) };
          const results = await graph.session.run(feeds, graph.attentions);
          assert.equal(graph.attentions.length, shape[0]);
          graph.attentions.forEach((output, layer) => {
            assert.deepEqual(results[output]!.dims, [1, ...shape.slice(1)]);
            const largest = difference(toFloat32(results[output]!), expected[layer]!.flat(2));
            assert(largest <= attentions, `layer ${layer} differs by ${largest}`);
          });
        }
      });

      if (causal) {
        it('gives the new keys and values that the cache is made longer by', async () => {
          assert.equal(graph.pastKeyValues.length, 3);
          assert.equal(graph.newKeyValues?.length, 3);
          let past = emptyPast(graph.inputs);
          for (const [start, count] of [
            [0, 3],
            [3, 1],
            [4, 3],
          ] as const) {
            const fetches = [
              ...graph.pastKeyValues.flatMap(({ presentKey, presentValue }) => [presentKey, presentValue]),
              ...graph.newKeyValues.flatMap(({ key, value }) => [key, value]),
            ];
            const feeds = { ...tokenFeeds(graph.inputs, ids.slice(start, start + count), start), ...past };
            const results = await graph.session.run(feeds, fetches);
            const next: Record<string, TensorData> = {};
            graph.pastKeyValues.forEach((layer, number) => {
              const added = graph.newKeyValues![number]!;
              assert.deepEqual(results[added.key]!.dims, [1, layer.heads, count, layer.headSize]);
              for (const [old, present, fresh] of [
                [layer.pastKey, layer.presentKey, added.key],
                [layer.pastValue, layer.presentValue, added.value],
              ] as const) {
                assert.equal(results[fresh]!.type, results[present]!.type);
                assert.deepEqual(
                  Array.from(results[present]!.data, Number),
                  append(past[old]!, results[fresh]!),
                );
                next[old] = results[present]!;
              }
            });
            past = next;
          }
        });

        it('gives the same logits in steps as at once', async () => {
          const whole = await graph.session.run(
            { ...tokenFeeds(graph.inputs, ids), ...emptyPast(graph.inputs) },
            ['logits'],
          );
          let past = emptyPast(graph.inputs);
          let last: TensorData | undefined;
          for (const [index, id] of ids.entries()) {
            const results = await graph.session.run(
              { ...tokenFeeds(graph.inputs, [id], index), ...past },
              graph.outputs.map((output) => output.name),
            );
            past = {};
            for (const layer of graph.pastKeyValues) {
              past[layer.pastKey] = results[layer.presentKey]!;
              past[layer.pastValue] = results[layer.presentValue]!;
            }
            last = results['logits'];
          }
          const vocabulary = last!.dims[2]!;
          const expected = toFloat32(whole['logits']!).slice(-vocabulary);
          // int8 activations are quantised together, so that their number tells.
          const tolerance = name.includes('int8') ? 0.5 : name.includes('fp16') ? 0.01 : 2e-5;
          const largest = difference(toFloat32(last!), expected);
          assert(largest <= tolerance, `differs by ${largest}`);
        });
      }

      it('leaves the file as it was', () => {
        assert.equal(fingerprint(file), original);
      });
    });
  }

  it('hoists the branch of a merged decoder that reads on from a past', async () => {
    const file = fixture('gpt2-merged/onnx/decoder_model_merged.onnx');
    const graph = await openGraph(file, { threads: 1 });
    assert(!graph.inputs.some(({ name }) => name === 'use_cache_branch'));
    const first = await graph.session.run(
      { ...tokenFeeds(graph.inputs, ids.slice(0, 4)), ...emptyPast(graph.inputs) },
      graph.outputs.map(({ name }) => name),
    );
    const past: Record<string, TensorData> = {};
    for (const layer of graph.pastKeyValues) {
      past[layer.pastKey] = first[layer.presentKey]!;
      past[layer.pastValue] = first[layer.presentValue]!;
    }
    const feeds = { ...tokenFeeds(graph.inputs, ids.slice(4), 4), ...past };
    const stock = await runPlainly(file, feeds, { useCacheBranch: true });
    const ours = await graph.session.run(feeds, Object.keys(stock));
    for (const [output, tensor] of Object.entries(stock)) {
      const largest = difference(toFloat32(ours[output]!), toFloat32(tensor));
      assert(largest <= 2e-5, `${output} differs by ${largest}`);
    }
    await graph.session.release();
  });

  it('says why a graph with fused attention has none to show', async () => {
    const graph = await openGraph(fixture('bert-fused/onnx/model.onnx'), { threads: 1 });
    assert.deepEqual(graph.attentions, []);
    assert.match(english(graph.noAttentionReason!), /fused operator \(Attention of com\.microsoft\)/);
    const logits = await graph.session.run(tokenFeeds(graph.inputs, ids), ['logits']);
    const plain = await runPlainly(fixture('bert-fused/onnx/model.onnx'), tokenFeeds(graph.inputs, ids));
    assert(difference(toFloat32(logits['logits']!), toFloat32(plain['logits']!)) <= 2e-5);
    await graph.session.release();
  });
});
