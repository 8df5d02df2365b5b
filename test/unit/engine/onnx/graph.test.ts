import assert from 'node:assert/strict';
import { GraphIndex, graphInputs, graphOutputs } from '../../../../src/engine/onnx/graph';
import { TensorProto_DataType as DataType } from '../../../../src/engine/onnx/gen/onnx_pb';
import { graph, info, node, weight } from './build';

describe('graphInputs and graphOutputs', () => {
  const main = graph({
    nodes: [],
    inputs: [
      info('ids', ['batch', 3, ''], DataType.INT64),
      info('w', [2]),
      info('cache', ['b', 0], DataType.FLOAT16),
    ],
    outputs: [info('logits')],
    weights: [weight('w', [2], [1, 2])],
  });

  it('gives names, element types and sizes', () => {
    assert.deepEqual(graphInputs(main), [
      { name: 'ids', type: 'int64', dims: ['batch', 3, '?'] },
      { name: 'cache', type: 'float16', dims: ['b', '?'] },
    ]);
    assert.deepEqual(graphOutputs(main), [{ name: 'logits', type: 'float32', dims: [] }]);
  });
});

describe('GraphIndex', () => {
  const multiply = node('Mul', ['x', 'w'], ['product']);
  const add = node('Add', ['product', 'w'], ['sum']);
  const turned = node('Transpose', ['w'], ['turned']);
  const noise = node('RandomNormal', [], ['noise']);
  const choice = node('If', ['w'], ['chosen'], {
    then_branch: graph({ nodes: [node('Identity', ['x'], ['inner'])], outputs: [info('inner')] }),
  });
  const index = new GraphIndex(
    graph({
      nodes: [multiply, add, turned, noise, choice],
      inputs: [info('x')],
      weights: [weight('w', [1], [1])],
    }),
  );

  it('knows who makes and who takes a value', () => {
    assert.equal(index.producer('product'), multiply);
    assert.equal(index.producer('x'), undefined);
    assert.deepEqual(
      index.uses('w').map((use) => [use.node.opType, use.index]),
      [
        ['Mul', 1],
        ['Add', 1],
        ['Transpose', 0],
        ['If', 0],
      ],
    );
    assert.deepEqual(index.uses('sum'), []);
  });

  it('knows what is the same in every run', () => {
    assert.deepEqual(
      ['w', 'turned', ''].filter((value) => !index.isConstant(value)),
      [],
    );
    assert.deepEqual(
      ['x', 'product', 'sum', 'noise', 'chosen', 'unknown'].filter((value) => index.isConstant(value)),
      [],
    );
  });
});
