import assert from 'node:assert/strict';
import {
  blockSizeOf,
  toBlocks,
  type BlockWeights,
} from '../../../../../src/engine/onnx/decoder/blockWeights';

/** What MatMulNBits makes of a weight: (stored - zero point) * scale. */
function weightAt(laid: BlockWeights, inputs: number, row: number, column: number): number {
  const blockSize = blockSizeOf(inputs);
  const blocks = Math.ceil(inputs / blockSize);
  const block = column * blocks + Math.floor(row / blockSize);
  const stored = laid.weight[column * blocks * blockSize + row]!;
  return (stored - (laid.zeroPoints?.[block] ?? 128)) * laid.scales[block]!;
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 167 + (index >> 3)) & 0xff);
}

describe('toBlocks', () => {
  const shapes = { inputs: 200, outputs: 70 };
  const weight = bytes(shapes.inputs * shapes.outputs);
  const columns = Float32Array.from({ length: shapes.outputs }, (_, column) => 0.01 + column / 1000);
  for (const [name, isSigned, scales, zeroPoints] of [
    ['int8 with a scale a column', true, columns, undefined],
    ['int8 with a zero point', true, Float32Array.of(0.03), Uint8Array.from(Int8Array.of(-7))],
    ['uint8 with one scale and zero point', false, Float32Array.of(0.03), Uint8Array.of(119)],
    ['uint8 with a zero point a column', false, columns, bytes(shapes.outputs)],
  ] as const)
    it(`keeps the value of every weight of ${name}`, () => {
      const laid = toBlocks(shapes, weight, isSigned, scales, zeroPoints);
      const signed = new Int8Array(weight.buffer);
      const signedZero = zeroPoints && new Int8Array(zeroPoints.buffer);
      for (let row = 0; row < shapes.inputs; row++)
        for (let column = 0; column < shapes.outputs; column++) {
          const at = row * shapes.outputs + column;
          const place = zeroPoints?.length === 1 ? 0 : column;
          const zero = (isSigned ? signedZero?.[place] : zeroPoints?.[place]) ?? 0;
          const scale = scales[scales.length === 1 ? 0 : column]!;
          const expected = ((isSigned ? signed[at]! : weight[at]!) - zero) * scale;
          assert.equal(weightAt(laid, shapes.inputs, row, column), expected, `row ${row}, column ${column}`);
        }
    });

  it('keeps them also in the larger blocks of a layer that these divide', () => {
    const [inputs, outputs] = [512, 3];
    const many = bytes(inputs * outputs);
    const laid = toBlocks(
      { inputs, outputs },
      many,
      false,
      columns.subarray(0, 3),
      Uint8Array.of(3, 128, 250),
    );
    assert.equal(laid.scales.length, 6);
    for (let row = 0; row < inputs; row++)
      for (let column = 0; column < outputs; column++)
        assert.equal(
          weightAt(laid, inputs, row, column),
          (many[row * outputs + column]! - [3, 128, 250][column]!) * columns[column]!,
        );
  });

  it('fills the last block with weights of 0', () => {
    const laid = toBlocks(shapes, weight, false, Float32Array.of(1), Uint8Array.of(9));
    for (let row = shapes.inputs; row < 2 * blockSizeOf(shapes.inputs); row++)
      assert.equal(weightAt(laid, shapes.inputs, row, 3), 0);
  });

  it('gives no zero points where they are those of the operator', () => {
    assert.equal(toBlocks(shapes, weight, true, columns).zeroPoints, undefined);
  });
});
