import assert from 'node:assert/strict';
import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataType as DataType } from '../../../../src/engine/onnx/gen/onnx_pb';
import { hoistWithPastBranch } from '../../../../src/engine/onnx/mergedDecoder';
import { loadRuntime } from '../../../../src/engine/onnx/platform';
import { openSession } from '../../../../src/engine/onnx/session';
import type { GraphProto } from '../../../../src/engine/onnx/gen/onnx_pb';
import { graph, info, model, node, weight } from './build';

/**
 * With past: sum = x * two + factor (or - factor, where that is smaller), twice = sum, x handed on. A small weight has
 * the same name in the branch and outside, with other values; an inner If takes values of the branch.
 * @param lax whether branches return a value twice and values of the outer graph, which ONNX Runtime doesn't take
 */
function merged({ lax = false } = {}): GraphProto {
  const results = lax ? ['result', 'result', 'x'] : ['result', 'result again', 'x again'];
  const copies = lax
    ? []
    : [node('Identity', ['result'], ['result again']), node('Identity', ['x'], ['x again'])];
  const outputs = results.map((name) => info(name));
  const thenBranch = graph({
    nodes: [
      node('Mul', ['x', 'two'], ['product']),
      node('Greater', ['product', 'factor'], ['large']),
      node('If', ['large'], ['chosen'], {
        then_branch: graph({
          nodes: [node('Add', ['product', 'factor'], ['inner'])],
          outputs: [info('inner')],
        }),
        else_branch: graph({
          nodes: [node('Sub', ['product', 'factor'], ['inner 2'])],
          outputs: [info('inner 2')],
        }),
      }),
      node('Identity', ['chosen'], ['result']),
      ...copies,
    ],
    outputs,
    weights: [weight('factor', [1], [10])],
  });
  const elseBranch = graph({
    nodes: [node('Mul', ['x', 'only here'], ['result']), ...copies],
    outputs,
  });
  return graph({
    nodes: [
      node('Identity', ['use_cache_branch'], ['condition']),
      node('If', ['condition'], ['sum', 'twice', 'handed on'], {
        then_branch: thenBranch,
        else_branch: elseBranch,
      }),
      node('Mul', ['sum', lax ? 'factor' : 'outer factor'], ['after']),
    ],
    inputs: [info('x', [1]), info('use_cache_branch', [1], DataType.BOOL)],
    outputs: ['sum', 'twice', 'handed on', 'after'].map((name) => info(name, [1])),
    weights: [
      weight('two', [1], [2]),
      weight(lax ? 'factor' : 'outer factor', [1], [100]),
      weight('only here', [1], [7]),
    ],
  });
}

async function run(main: GraphProto, x: number, useCacheBranch?: boolean): Promise<Record<string, number>> {
  const bytes = toBinary(ModelProtoSchema, model(main));
  const session = await openSession(await loadRuntime(), bytes, { threads: 1 });
  const feeds = {
    x: { type: 'float32' as const, data: Float32Array.of(x), dims: [1] },
    ...(useCacheBranch === undefined
      ? {}
      : { use_cache_branch: { type: 'bool' as const, data: Uint8Array.of(+useCacheBranch), dims: [1] } }),
  };
  const outputs = await session.run(
    feeds,
    main.output.map(({ name }) => name),
  );
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Number(data[0])]));
}

describe('hoistWithPastBranch', () => {
  for (const x of [3, 8])
    it(`gives what the branch with past gives, of ${x}`, async () => {
      const expected = x === 3 ? { sum: -4, twice: -4, after: -400 } : { sum: 26, twice: 26, after: 2600 };
      assert.deepEqual(await run(merged(), x, true), { ...expected, 'handed on': x });
      for (const lax of [false, true]) {
        const hoisted = merged({ lax });
        assert.equal(hoistWithPastBranch(hoisted), true);
        assert.deepEqual(await run(hoisted, x), { ...expected, 'handed on': x });
      }
    });

  it('drops the switch, and the weights that only the other branch takes', () => {
    const hoisted = merged({ lax: true });
    hoistWithPastBranch(hoisted);
    assert.deepEqual(
      hoisted.input.map(({ name }) => name),
      ['x'],
    );
    assert.deepEqual(hoisted.initializer.map(({ name }) => name).sort(), [
      'factor',
      'factor.with_past',
      'two',
    ]);
    assert(!hoisted.node.some(({ input }) => input.includes('condition')));
  });

  it('leaves other graphs alone', () => {
    const other = merged();
    other.input[1]!.name = 'switch';
    other.node[0]!.input = ['switch'];
    const before = toBinary(ModelProtoSchema, model(other));
    assert.equal(hoistWithPastBranch(other), false);
    assert.deepEqual(toBinary(ModelProtoSchema, model(other)), before);

    const used = merged();
    used.node.push(node('Not', ['use_cache_branch'], ['opposite']));
    const unchanged = toBinary(ModelProtoSchema, model(used));
    assert.equal(hoistWithPastBranch(used), false);
    assert.deepEqual(toBinary(ModelProtoSchema, model(used)), unchanged);
  });
});
