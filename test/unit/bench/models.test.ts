import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { clone, equals, fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, NodeProtoSchema, type ModelProto } from '../../../src/engine/onnx/gen/onnx_pb';
import { graphInputs } from '../../../src/engine/onnx/graph';
import { stockGraph } from '../../bench/models/build';
import { randomWeights } from '../../bench/models/randomWeights';
import { asFloat, quantiseDynamically, quantiseToFourBits } from '../../bench/models/quantise';
import type { FloatGraph, GraphPlan } from '../../bench/models/graphPlan';
import type { ModelShape } from '../../bench/models/shapes';
import { enlarge } from '../../bench/models/stockGraph';
import { bytePairTokenizer, wordPieceTokenizer, type TokenizerFile } from '../../bench/models/tokenizerFiles';
import { writeOnnx } from '../../bench/models/writeOnnx';
import { bytesPerStep } from '../../bench/stepBytes';
import { difference, emptyPast, fixture, runPlainly, tokenFeeds } from '../engine/onnx/stock';

/** The fixtures' own. */
const small: ModelShape = {
  layers: 3,
  hidden: 32,
  heads: 4,
  intermediate: 128,
  positions: 128,
  vocabulary: 400,
};
const larger: ModelShape = {
  layers: 5,
  hidden: 96,
  heads: 6,
  intermediate: 384,
  positions: 64,
  vocabulary: 500,
};

function stock(name: string): ModelProto {
  return fromBinary(ModelProtoSchema, readFileSync(fixture(name)));
}

/** Operators and how often each comes. */
function operators({ graph }: ModelProto): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { opType } of graph!.node) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
}

describe('the models of the bench', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'headlight-bench-'))));
  after(() => rmSync(folder, { recursive: true }));

  const write = (name: string, plan: GraphPlan): string => {
    const file = path.join(folder, name);
    writeOnnx(file, plan);
    return file;
  };

  for (const [name, vocabulary] of [
    ['gpt2-optimum', 400],
    ['bert-masked', 402],
  ] as const) {
    it(`are the stock export node by node when nothing is enlarged: ${name}`, () => {
      const original = stock(`${name}/onnx/model.onnx`);
      const shape = { ...small, vocabulary };
      const { model, tensors } = enlarge(clone(ModelProtoSchema, original), shape, shape);
      // Nothing but the nameless values of the repeated layers has another name.
      const plain = (text: string): string => text.replace(/_layer\.\d+$/, '');
      const later = (text: string): boolean => /[./](h|layer)\.2[./]/.test(text);
      const nodes = original.graph!.node.filter(
        (node) => !later(node.name) && node.input.some((value) => !later(value)),
      );
      assert.ok(nodes.length > 100);
      const made = new Map(model.graph!.node.map((node) => [node.output.map(plain).join(), node]));
      for (const node of nodes) {
        const copy = clone(NodeProtoSchema, made.get(node.output.join())!);
        copy.name = plain(copy.name);
        copy.input = copy.input.map(plain);
        copy.output = copy.output.map(plain);
        assert.ok(equals(NodeProtoSchema, copy, node), node.name);
      }
      assert.deepEqual(operators(model), operators(original));
      assert.deepEqual(
        tensors.map(({ dims }) => dims.join()).toSorted(),
        original.graph!.initializer.map(({ dims }) => dims.join()).toSorted(),
      );
    });
  }

  it('are quantised to int8 into what quantize_dynamic makes', () => {
    const expected = stock('gpt2-int8/onnx/model_quantized.onnx');
    const { model, tensors } = quantiseDynamically(
      enlarge(stock('gpt2-optimum/onnx/model.onnx'), small, small),
    );
    assert.deepEqual(operators(model), operators(expected));
    const signature = (dims: readonly (number | bigint)[], type: number): string => `${type}: ${dims.join()}`;
    assert.deepEqual(
      tensors.map(({ dims, type }) => signature(dims, type)).toSorted(),
      expected.graph!.initializer.map(({ dims, dataType }) => signature(dims, dataType)).toSorted(),
    );
  });

  it('run in ONNX Runtime in another shape, and give nearly the same in each precision', async function () {
    this.timeout(60_000);
    const graph = (): FloatGraph => stockGraph('gpt2-optimum', larger);
    const files = [
      write('fp32.onnx', asFloat(graph())),
      write('int8.onnx', quantiseDynamically(graph())),
      write('q4.onnx', quantiseToFourBits(graph())),
    ];
    const inputs = graphInputs(stock('gpt2-optimum/onnx/model.onnx').graph!);
    const layers = Array.from({ length: larger.layers }, (_, layer) => layer);
    const feeds = {
      ...tokenFeeds(inputs, [3, 1, 4, 1, 5, 9, 2, 6]),
      ...emptyPast(
        layers.flatMap((layer) =>
          ['key', 'value'].map((kind) => ({
            name: `past_key_values.${layer}.${kind}`,
            type: 'float32' as const,
            dims: [1, larger.heads, 0, larger.hidden / larger.heads],
          })),
        ),
      ),
    };
    const [exact, int8, fourBits] = await Promise.all(
      files.map(async (file) => {
        const { logits } = await runPlainly(file, feeds);
        assert.deepEqual(logits!.dims, [1, 8, larger.vocabulary]);
        return Float32Array.from(logits!.data as Float32Array);
      }),
    );
    const size = difference(exact!, new Float32Array(exact!.length));
    assert.ok(size > 1, `the largest logit is ${size}`);
    assert.ok(difference(exact!, int8!) < 0.1 * size);
    assert.ok(difference(exact!, fourBits!) < 0.5 * size);
    assert.ok(difference(exact!, int8!) > 0);
  });

  it('know how much a step reads', () => {
    const file = write('bytes.onnx', quantiseDynamically(stockGraph('gpt2-optimum', larger)));
    const { hidden, intermediate, layers, vocabulary } = larger;
    const weights = layers * (4 * hidden ** 2 + 2 * hidden * intermediate) + hidden * vocabulary;
    assert.equal(bytesPerStep(file, 10), weights + layers * 2 * hidden * 10 * 4);
  });
});

describe('random weights', () => {
  it('depend on the name alone', () => {
    assert.deepEqual(randomWeights('a', [8, 8], 100), randomWeights('a', [8, 8], 100));
    assert.notDeepEqual(randomWeights('a', [8, 8], 100), randomWeights('b', [8, 8], 100));
  });
  it('are spread as trained ones are', () => {
    const values = randomWeights('h.0.attn.c_attn.weight', [200, 600], 50);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(mean) < 0.001);
    assert.ok(Math.abs(Math.sqrt(variance) - 0.02) < 0.001);
    assert.ok(randomWeights('h.0.ln_1.weight', [64], 50).every((value) => value > 0.5 && value < 1.5));
  });
  it('never let the end of a text win', () => {
    const head = randomWeights('onnx::MatMul_1', [4, 6], 6);
    assert.deepEqual(
      [5, 11, 17, 23].map((index) => head[index]),
      [0, 0, 0, 0],
    );
    assert.ok(head[0] !== 0);
  });
});

describe('made-up tokenizers', () => {
  const file = (name: string): TokenizerFile =>
    JSON.parse(readFileSync(fixture(`${name}/tokenizer.json`), 'utf8')) as TokenizerFile;

  it('have merges of tokens that exist before, one for each new token', () => {
    const { model, added_tokens: added } = bytePairTokenizer(file('gpt2-optimum'), 50257);
    const ids = Object.values(model.vocab).toSorted((a, b) => a - b);
    assert.deepEqual(
      ids,
      Array.from({ length: 50257 }, (_, id) => id),
    );
    assert.deepEqual(
      added.map(({ id }) => id),
      [50256],
    );
    assert.equal(model.merges!.length, 50000);
    model.merges!.forEach((merge, index) => {
      const [left, right] = merge.split(' ') as [string, string];
      assert.equal(model.vocab[left + right], 256 + index);
      assert.ok(model.vocab[left]! < 256 + index && model.vocab[right]! < 256 + index, merge);
    });
  });

  it("have BERT's number of pieces", () => {
    const { model } = wordPieceTokenizer(file('bert-masked'), 30522);
    assert.equal(new Set(Object.values(model.vocab)).size, 30522);
    assert.equal(model.vocab['[MASK]'], 4);
  });
});
