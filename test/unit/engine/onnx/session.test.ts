import assert from 'node:assert/strict';
import { openGraph } from '../../../../src/engine/onnx/openModel';
import { toFloat32 } from '../../../../src/engine/onnx/session';
import { emptyPast, fixture, tokenFeeds } from './stock';

describe('toFloat32', () => {
  it('hands float32 on as it is', () => {
    const data = Float32Array.of(1, 2);
    assert.equal(toFloat32({ type: 'float32', data, dims: [2] }), data);
  });

  it('reads IEEE 754 half precision', () => {
    const halves: [bits: number, value: number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x3555, 0.333251953125],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7e00, NaN],
    ];
    const data = Uint16Array.from(halves, ([bits]) => bits);
    assert.deepEqual(
      Array.from(toFloat32({ type: 'float16', data, dims: [data.length] })),
      halves.map(([, value]) => value),
    );
  });

  it('widens small integers and refuses those that lose digits', () => {
    assert.deepEqual(
      toFloat32({ type: 'int8', data: Int8Array.of(-3, 4), dims: [2] }),
      Float32Array.of(-3, 4),
    );
    assert.throws(() => toFloat32({ type: 'int64', data: BigInt64Array.of(1n), dims: [1] }), /int64/);
  });
});

describe('a session', () => {
  it('sleeps between runs', async () => {
    const graph = await openGraph(fixture('gpt2-optimum/onnx/model.onnx'), { threads: 2 });
    const feeds = { ...tokenFeeds(graph.inputs, [1, 2, 3]), ...emptyPast(graph.inputs) };
    let idle = 0;
    for (let round = 0; round < 8; round++) {
      await graph.session.run(feeds, ['logits']);
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 60));
      const { user, system } = process.cpuUsage(before);
      idle += (user + system) / 1000;
    }
    await graph.session.release();
    // Threads that wait awake take some 10 to 30 ms behind each run.
    assert(idle < 40, `${idle} ms of processor time while idle`);
  });

  it('asks for the inputs that are missing, by name', async () => {
    const graph = await openGraph(fixture('bert-masked/onnx/model.onnx'), { threads: 1 });
    const { input_ids } = tokenFeeds(graph.inputs, [1, 2, 3]);
    await assert.rejects(graph.session.run({ input_ids: input_ids! }, ['logits']), /attention_mask/);
    await graph.session.release();
  });
});
