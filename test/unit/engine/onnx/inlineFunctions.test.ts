import assert from 'node:assert/strict';
import { create } from '@bufbuild/protobuf';
import { english } from '../../../../src/core/message';
import { findAttentions } from '../../../../src/engine/onnx/attention';
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  OperatorSetIdProtoSchema,
  type ModelProto,
  type NodeProto,
} from '../../../../src/engine/onnx/gen/onnx_pb';
import { inlineFunctions } from '../../../../src/engine/onnx/inlineFunctions';
import { modelBytes } from '../../../../src/engine/onnx/modelFile';
import { editModel } from '../../../../src/engine/onnx/openModel';
import { loadRuntime } from '../../../../src/engine/onnx/platform';
import { openSession } from '../../../../src/engine/onnx/session';
import { graph, info, model, node } from './build';

const opset = (domain: string, version: bigint) => create(OperatorSetIdProtoSchema, { domain, version });

/** Two layers of attention, each a call of a function that calls another for its Softmax. */
function nested(): ModelProto {
  const softmax = node('Softmax', ['x'], ['y']);
  softmax.attribute.push(create(AttributeProtoSchema, { name: 'axis', refAttrName: 'dim', type: 2 }));
  const file = model(
    graph({
      nodes: [
        node('own:Layer', ['hidden'], ['between'], { dim: -1 }),
        node('own:Layer', ['between'], ['context'], { dim: -1 }),
      ],
      inputs: [info('hidden', [1, 3, 4])],
      outputs: [info('context')],
    }),
  );
  const layer: NodeProto[] = [
    node('Transpose', ['x'], ['keys'], { perm: [0, 2, 1] }),
    node('MatMul', ['x', 'keys'], ['scores']),
    node('own:Softmax', ['scores'], ['probabilities']),
    node('MatMul', ['probabilities', 'x'], ['out']),
  ];
  layer[2]!.attribute.push(create(AttributeProtoSchema, { name: 'dim', refAttrName: 'dim', type: 2 }));
  const common = { domain: 'own', opsetImport: [opset('', 17n), opset('own', 1n)], attribute: ['dim'] };
  file.functions = [
    create(FunctionProtoSchema, { ...common, name: 'Layer', input: ['x'], output: ['out'], node: layer }),
    create(FunctionProtoSchema, { ...common, name: 'Softmax', input: ['x'], output: ['y'], node: [softmax] }),
  ];
  file.opsetImport.push(opset('own', 1n));
  return file;
}

describe('inlining functions', () => {
  it('shows the attention that is inside of them, and computes the same', async () => {
    const hidden = Float32Array.from({ length: 12 }, (_, at) => Math.sin(at));
    const feeds = { hidden: { type: 'float32' as const, data: hidden, dims: [1, 3, 4] } };
    const runtime = await loadRuntime();
    const stock = await openSession(runtime, modelBytes(nested()), { threads: 1 });
    const expected = (await stock.run(feeds, ['context']))['context']!.data as Float32Array;

    const file = nested();
    const { offer, bytes } = editModel({ model: file, bytes: modelBytes(file) }, 'model.onnx');
    assert.equal(offer.attentions.length, 2);
    const session = await openSession(runtime, bytes, { threads: 1 });
    const found = await session.run(feeds, ['context', ...offer.attentions]);
    assert.deepEqual([...(found['context']!.data as Float32Array)], [...expected]);
    for (const name of offer.attentions) {
      const weights = found[name]!.data as Float32Array;
      assert.equal(weights.length, 9);
      assert.ok(Math.abs(weights[0]! + weights[1]! + weights[2]! - 1) < 1e-6);
    }
    await stock.release();
    await session.release();
  });

  it('leaves a model without functions as it is', () => {
    assert.equal(inlineFunctions(model(graph({ nodes: [node('Relu', ['x'], ['y'])] }))), false);
  });

  it('leaves functions alone that use other versions of operators', () => {
    const file = nested();
    file.functions[1]!.opsetImport = [opset('', 13n)];
    assert.equal(inlineFunctions(file), false);
    assert.equal(file.functions.length, 2);
    assert.match(english(findAttentions(file).reason!), /functions of its own/);
  });
});
