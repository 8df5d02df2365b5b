import assert from 'node:assert/strict';
import { toFloat32 } from '../../../../src/engine/onnx/session';

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
