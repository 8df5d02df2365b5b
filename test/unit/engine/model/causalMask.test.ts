import assert from 'node:assert/strict';
import { CausalModel } from '../../../../src/engine/model/causalModel';
import { TensorProto_DataType as DataType, type NodeProto } from '../../../../src/engine/onnx/gen/onnx_pb';
import { modelBytes } from '../../../../src/engine/onnx/modelFile';
import { editModel, type OpenedGraph } from '../../../../src/engine/onnx/openModel';
import { loadRuntime } from '../../../../src/engine/onnx/platform';
import { openSession } from '../../../../src/engine/onnx/session';
import { assertClose } from '../../fixtures';
import { graph, info, model, node, weight } from '../onnx/build';

const turn = () => Promise.resolve();
const words = 6;
const width = 4;

/** A decoder of one layer and one head whose keys and values are its embeddings; new tokens see each other. */
async function decoder(masked: boolean): Promise<OpenedGraph> {
  const table = Array.from({ length: words * width }, (_, at) => Math.sin(3 * at + 1));
  // Far below 0 right of the diagonal, which begins behind the past.
  const mask: NodeProto[] = [
    node('Shape', ['scores'], ['shape']),
    node('ConstantOfShape', ['shape'], ['zeros']),
    node('Add', ['zeros', 'least'], ['low']),
    node('Add', ['past_length', 'one'], ['diagonal']),
    node('Squeeze', ['diagonal'], ['from']),
    node('Trilu', ['low', 'from'], ['triangle'], { upper: 1 }),
    node('Add', ['scores', 'triangle'], ['masked']),
  ];
  const nodes = [
    node('Gather', ['table', 'input_ids'], ['embedded'], { axis: 0 }),
    node('Unsqueeze', ['embedded', 'one'], ['new_keys']),
    node('Concat', ['past_key_values.0.key', 'new_keys'], ['present.0.key'], { axis: 2 }),
    node('Concat', ['past_key_values.0.value', 'new_keys'], ['present.0.value'], { axis: 2 }),
    node('Shape', ['past_key_values.0.key'], ['past_shape']),
    node('Gather', ['past_shape', 'two'], ['past_length'], { axis: 0 }),
    node('Transpose', ['present.0.key'], ['turned'], { perm: [0, 1, 3, 2] }),
    node('MatMul', ['new_keys', 'turned'], ['scores']),
    ...(masked ? mask : [node('Identity', ['scores'], ['masked'])]),
    node('Softmax', ['masked'], ['probabilities'], { axis: -1 }),
    node('MatMul', ['probabilities', 'present.0.value'], ['context']),
    node('Squeeze', ['context', 'one'], ['flat']),
    node('Transpose', ['table'], ['head'], { perm: [1, 0] }),
    node('MatMul', ['flat', 'head'], ['logits']),
  ];
  const int64s = (name: string, values: number[]) => ({
    ...weight(name, [values.length], []),
    dataType: DataType.INT64,
    rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
  });
  const cache = (name: string) => info(name, ['batch', 1, 'past', width]);
  const file = model(
    graph({
      nodes,
      inputs: [
        info('input_ids', ['batch', 'count'], DataType.INT64),
        cache('past_key_values.0.key'),
        cache('past_key_values.0.value'),
      ],
      outputs: [info('logits'), info('present.0.key'), info('present.0.value')],
      weights: [
        weight('table', [words, width], table),
        weight('least', [], [-1000]),
        int64s('one', [1]),
        int64s('two', [2]),
      ],
    }),
  );
  const { offer, bytes } = editModel({ model: file, bytes: modelBytes(file) }, 'model.onnx');
  return { ...offer, session: await openSession(await loadRuntime(), bytes, { threads: 1 }) };
}

describe('a decoder that may have been exported without a causal mask', () => {
  const ids = [1, 2, 3, 4, 5, 0];

  for (const masked of [true, false])
    it(`reads ${masked ? 'several tokens at once with a mask' : 'one token at a time without'}`, async () => {
      const opened = await decoder(masked);
      const net = await CausalModel.open(opened, 64, 1e6);
      let runs = 0;
      const { session } = opened;
      Object.assign(opened, {
        session: {
          ...session,
          run: (...args: Parameters<typeof session.run>) => (runs++, session.run(...args)),
        },
      });
      const logits: Float32Array[] = [];
      await net.readAll(ids, turn, (_, row) => logits.push(row));
      assert.equal(runs, masked ? 1 : ids.length);
      // What a token predicts doesn't depend on what follows.
      await net.readAll(ids.slice(0, 3), turn, (at, row) => assertClose(row, logits[at]!, 1e-5));
    });

  it('drops tokens as with a mask', async () => {
    const found: Float32Array[][] = [];
    for (const masked of [true, false]) {
      const net = await CausalModel.open(await decoder(masked), 64, 1e6);
      const rows: Float32Array[] = [];
      for await (const some of net.readWithout(ids, [5, 2, 0], turn)) rows.push(...some);
      found.push(rows);
    }
    found[0]!.forEach((row, at) => assertClose(found[1]![at]!, row, 1e-5));
  });

  it('shows attention to the left only, as with a mask', async () => {
    const [with_, without] = [await decoder(true), await decoder(false)];
    const [expected] = await (await CausalModel.open(with_, 64, 1e6)).attentions(ids, turn);
    const [found] = await (await CausalModel.open(without, 64, 1e6)).attentions(ids, turn);
    assertClose(found!, expected!, 1e-5);
    expected!.forEach((value, at) => at % ids.length > Math.floor(at / ids.length) && assert.equal(value, 0));
  });
});
