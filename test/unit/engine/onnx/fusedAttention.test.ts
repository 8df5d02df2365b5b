import assert from 'node:assert/strict';
import { create } from '@bufbuild/protobuf';
import { english } from '../../../../src/core/message';
import {
  OperatorSetIdProtoSchema,
  TensorProto_DataType as DataType,
  type NodeProto,
  type ValueInfoProto,
} from '../../../../src/engine/onnx/gen/onnx_pb';
import { modelBytes } from '../../../../src/engine/onnx/modelFile';
import { editModel } from '../../../../src/engine/onnx/openModel';
import { loadRuntime } from '../../../../src/engine/onnx/platform';
import { openSession, type TensorData } from '../../../../src/engine/onnx/session';
import { randomStream } from '../../../../src/core/decoding/sampling';
import { assertClose } from '../../fixtures';
import { graph, info, model, node } from './build';

const tokens = 5;
const heads = 2;
const headSize = 8;
const width = heads * headSize;

const random = randomStream(4);
const normal = (count: number) => Float32Array.from({ length: count }, () => 4 * random() - 2);
const query = normal(tokens * width);
const key = normal(tokens * width);
const value = normal(tokens * width);

/** Softmax of the scaled products, [heads, tokens, tokens]. */
function expected(causal: boolean): Float32Array {
  const result = new Float32Array(heads * tokens * tokens);
  for (let head = 0; head < heads; head++)
    for (let from = 0; from < tokens; from++) {
      const scores = Array.from({ length: causal ? from + 1 : tokens }, (_, to) => {
        let sum = 0;
        for (let at = head * headSize; at < (head + 1) * headSize; at++)
          sum += query[from * width + at]! * key[to * width + at]!;
        return Math.exp(sum / Math.sqrt(headSize));
      });
      const total = scores.reduce((a, b) => a + b, 0);
      scores.forEach((score, to) => (result[(head * tokens + from) * tokens + to] = score / total));
    }
  return result;
}

const float = (name: string) => info(name, [1, tokens, width]);
const tensor = (data: Float32Array): TensorData => ({ type: 'float32', data, dims: [1, tokens, width] });

/** What is exposed of a model of such layers, one after the other. */
async function attentionsOf(
  nodes: NodeProto[],
  inputs: ValueInfoProto[],
  feeds: Record<string, TensorData>,
): Promise<Float32Array[]> {
  const file = model(
    graph({
      nodes,
      inputs: [float('query'), float('key'), float('value'), ...inputs],
      outputs: [float('context')],
    }),
  );
  file.opsetImport = [
    create(OperatorSetIdProtoSchema, { domain: '', version: 23n }),
    create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n }),
  ];
  const { offer, bytes } = editModel({ model: file, bytes: modelBytes(file) }, 'model.onnx');
  const session = await openSession(await loadRuntime(), bytes, { threads: 1 });
  const all = { query: tensor(query), key: tensor(key), value: tensor(value), ...feeds };
  const outputs = await session.run(all, offer.attentions);
  await session.release();
  return offer.attentions.map((name) => outputs[name]!.data as Float32Array);
}

describe('fused attention', () => {
  for (const causal of [false, true])
    it(`of ONNX gives its probabilities (${causal ? 'causal' : 'both sides'})`, async () => {
      const attributes = { q_num_heads: heads, kv_num_heads: heads, is_causal: causal ? 1 : 0 };
      const [first, second] = await attentionsOf(
        [
          node('Attention', ['query', 'key', 'value'], ['between'], attributes),
          node('Attention', ['query', 'key', 'between'], ['context'], attributes),
        ],
        [],
        {},
      );
      assertClose(first!, expected(causal), 1e-5);
      assertClose(second!, expected(causal), 1e-5);
    });

  for (const causal of [false, true])
    it(`of MultiHeadAttention is made of its scores (${causal ? 'causal' : 'both sides'})`, async () => {
      const [only] = await attentionsOf(
        [
          node('com.microsoft:MultiHeadAttention', ['query', 'key', 'value'], ['context'], {
            num_heads: heads,
            unidirectional: causal ? 1 : 0,
          }),
        ],
        [],
        {},
      );
      assertClose(only!, expected(causal), 1e-5);
    });

  it('of GroupQueryAttention gives its probabilities', async () => {
    const past = info('past_key', [1, heads, 'past', headSize]);
    const [only] = await attentionsOf(
      [
        node(
          'com.microsoft:GroupQueryAttention',
          ['query', 'key', 'value', 'past_key', 'past_value', 'last', 'total'],
          ['context', 'present_key', 'present_value'],
          { num_heads: heads, kv_num_heads: heads },
        ),
      ],
      [
        past,
        info('past_value', [1, heads, 'past', headSize]),
        info('last', [1], DataType.INT32),
        info('total', [], DataType.INT32),
      ],
      {
        past_key: { type: 'float32', data: new Float32Array(0), dims: [1, heads, 0, headSize] },
        past_value: { type: 'float32', data: new Float32Array(0), dims: [1, heads, 0, headSize] },
        last: { type: 'int32', data: Int32Array.of(tokens - 1), dims: [1] },
        total: { type: 'int32', data: Int32Array.of(tokens), dims: [] },
      },
    );
    assertClose(only!, expected(true), 1e-5);
  });

  it('stays closed where one of the operators cannot say, or its output is taken already', () => {
    const attributes = { num_heads: heads };
    const open = (...nodes: NodeProto[]) => {
      const file = model(graph({ nodes, inputs: [float('query')], outputs: [float('context')] }));
      return editModel({ model: file, bytes: modelBytes(file) }, 'model.onnx').offer;
    };
    const mixed = open(
      node('com.microsoft:MultiHeadAttention', ['query', 'query', 'query'], ['between'], attributes),
      node('com.microsoft:Attention', ['between', 'weights', ''], ['context'], attributes),
    );
    assert.deepEqual(mixed.attentions, []);
    assert.match(english(mixed.noAttentionReason!), /one fused operator \(Attention of com.microsoft\)/);
    const taken = open(
      node('Attention', ['query', 'query', 'query'], ['context', '', '', 'scores'], { q_num_heads: 2 }),
    );
    assert.deepEqual(taken.attentions, []);
  });
});
