import assert from 'node:assert/strict';
import { GraphIndex } from '../../../../src/engine/onnx/graph';
import { findAppended, findPastKeyValues } from '../../../../src/engine/onnx/pastKeyValues';
import { EngineError } from '../../../../src/protocol/engine';
import type { NodeProto, ValueInfoProto } from '../../../../src/engine/onnx/gen/onnx_pb';
import { graph, info, node } from './build';

function cache(layers: number, dims: readonly (number | string)[]): ValueInfoProto[] {
  return Array.from({ length: layers }, (_, layer) => [
    info(`past_key_values.${layer}.key`, dims),
    info(`past_key_values.${layer}.value`, dims),
  ]).flat();
}

function present(layers: number): ValueInfoProto[] {
  return Array.from({ length: layers }, (_, layer) => [
    info(`present.${layer}.key`),
    info(`present.${layer}.value`),
  ]).flat();
}

function atFault(words: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof EngineError && error.code === 'model' && words.test(error.message);
}

describe('findPastKeyValues', () => {
  it('pairs inputs and outputs by number, whatever their order', () => {
    const inputs = cache(11, ['batch', 4, 'past', 8]).reverse();
    const layers = findPastKeyValues(graph({ nodes: [], inputs, outputs: present(11) }), 'x.onnx');
    assert.equal(layers.length, 11);
    assert.deepEqual(layers[10], {
      pastKey: 'past_key_values.10.key',
      pastValue: 'past_key_values.10.value',
      presentKey: 'present.10.key',
      presentValue: 'present.10.value',
      heads: 4,
      headSize: 8,
    });
  });

  it('finds nothing in a graph without a cache', () => {
    assert.deepEqual(findPastKeyValues(graph({ nodes: [], inputs: [info('input_ids')] }), 'x.onnx'), []);
  });

  it('refuses a cache whose outputs are missing', () => {
    const main = graph({ nodes: [], inputs: cache(2, ['b', 4, 'p', 8]), outputs: present(1) });
    assert.throws(() => findPastKeyValues(main, 'x.onnx'), atFault(/"x\.onnx" is incomplete: layer 1/));
  });

  it('refuses a cache without a fixed number of heads', () => {
    const main = graph({ nodes: [], inputs: cache(1, ['b', 'heads', 'p', 8]), outputs: present(1) });
    assert.throws(() => findPastKeyValues(main, 'x.onnx'), atFault(/has the shape \[b, heads, p, 8\]/));
  });
});

describe('findAppended', () => {
  function find(...nodes: NodeProto[]): ReturnType<typeof findAppended> {
    const main = graph({ nodes, inputs: [info('past'), info('other')] });
    return findAppended(new GraphIndex(main), 'past', 'present');
  }

  it('finds what a Concat along the positions appends', () => {
    for (const axis of [2, -2])
      assert.deepEqual(find(node('Concat', ['past', 'new'], ['present'], { axis })), {
        value: 'new',
        conversions: [],
      });
  });

  it('sees through nodes that only hand on', () => {
    const found = find(
      node('Concat', ['past'], ['alone'], { axis: -2 }),
      node('Concat', ['alone', 'new'], ['joined'], { axis: -2 }),
      node('Identity', ['joined'], ['present']),
    );
    assert.deepEqual(found, { value: 'new', conversions: [] });
  });

  it('remembers conversions of the element type', () => {
    const out = node('Cast', ['joined'], ['present'], { to: 1 });
    const found = find(
      node('Cast', ['past'], ['half'], { to: 10 }),
      node('Concat', ['half', 'new'], ['joined'], { axis: 2 }),
      out,
    );
    assert.deepEqual(found, { value: 'new', conversions: [out] });
  });

  it('finds nothing where the cache has another form', () => {
    const forms: NodeProto[][] = [
      [node('Concat', ['past', 'new'], ['present'], { axis: 1 })],
      [node('Concat', ['past', 'new'], ['present'], { axis: -1 })],
      [node('Concat', ['new', 'past'], ['present'], { axis: 2 })],
      [node('Concat', ['other', 'new'], ['present'], { axis: 2 })],
      [node('Concat', ['past', 'new', 'more'], ['present'], { axis: 2 })],
      [node('Transpose', ['past'], ['turned']), node('Concat', ['turned', 'new'], ['present'], { axis: 2 })],
      [node('com.microsoft:GroupQueryAttention', ['query', 'new', 'v', 'past'], ['context', 'present'])],
      [],
    ];
    for (const form of forms) assert.equal(find(...form), undefined);
  });
});
