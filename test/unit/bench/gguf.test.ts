import assert from 'node:assert/strict';
import { float16, ggufHeader, q4_0, tensorBytes } from '../../bench/models/gguf';

describe('the GGUF writer', () => {
  it('writes the header as the specification says, byte by byte', () => {
    const header = ggufHeader({ 'a.b': { type: 'uint32', value: 7 } }, [
      { name: 'w', dims: [2, 32], type: 'Q4_0' },
      { name: 'v', dims: [3], type: 'F32' },
    ]);
    const expected = Buffer.concat([
      Buffer.from('GGUF'),
      le32(3),
      le64(2),
      le64(1),
      ...[le64(3), Buffer.from('a.b'), le32(4), le32(7)],
      // The dimension that changes first comes first.
      ...[le64(1), Buffer.from('w'), le32(2), le64(32), le64(2), le32(2), le64(0)],
      // 36 bytes of the first tensor, padded to 64.
      ...[le64(1), Buffer.from('v'), le32(1), le64(3), le32(0), le64(64)],
    ]);
    assert.equal(header.length % 32, 0);
    assert.deepEqual(Buffer.from(header.subarray(0, expected.length)), expected);
    assert.ok(header.subarray(expected.length).every((byte) => byte === 0));
    assert.ok(header.length - expected.length < 32);
  });

  it('writes every kind of metadata', () => {
    const header = Buffer.from(
      ggufHeader(
        {
          text: { type: 'string', value: 'é' },
          yes: { type: 'bool', value: true },
          half: { type: 'float32', value: 0.5 },
          list: { type: 'strings', value: ['x', 'yz'] },
          numbers: { type: 'int32s', value: [-1] },
        },
        [],
      ),
    );
    const entry = (key: string, ...parts: Buffer[]): Buffer =>
      Buffer.concat([le64(key.length), Buffer.from(key), ...parts]);
    for (const expected of [
      entry('text', le32(8), le64(2), Buffer.from('é')),
      entry('yes', le32(7), Buffer.from([1])),
      entry('half', le32(6), Buffer.from([0, 0, 0, 0x3f])),
      entry('list', le32(9), le32(8), le64(2), le64(1), Buffer.from('x'), le64(2), Buffer.from('yz')),
      entry('numbers', le32(9), le32(5), le64(1), Buffer.from([255, 255, 255, 255])),
    ])
      assert.ok(header.includes(expected), expected.toString());
  });

  it('knows how large tensors are', () => {
    assert.equal(tensorBytes({ dims: [4, 64], type: 'Q4_0' }), 8 * 18);
    assert.equal(tensorBytes({ dims: [4, 64], type: 'F32' }), 1024);
  });

  it('packs 32 values into a scale and 16 bytes', () => {
    const values = Float32Array.from({ length: 32 }, (_, index) => (index - 8) / 4);
    values.fill(0, 16);
    const bytes = q4_0(values);
    // The value of the largest size is -2, so that the scale is 2 / 8.
    assert.equal(bytes[0]! | (bytes[1]! << 8), float16(0.25));
    // -8 to 7 as 0 to 15 in the low halves; zeros, that is 8, in the high ones.
    assert.deepEqual(
      [...bytes.subarray(2)],
      Array.from({ length: 16 }, (_, index) => index | (8 << 4)),
    );
  });

  it('rounds to float16 like IEEE 754', () => {
    assert.equal(float16(1), 0x3c00);
    assert.equal(float16(-2), 0xc000);
    assert.equal(float16(0.1), 0x2e66);
    assert.equal(float16(0), 0);
    assert.equal(float16(2 ** -24), 1);
    assert.equal(float16(65504), 0x7bff);
    // Halfway between two: the even one.
    assert.equal(float16(1 + 2 ** -11), 0x3c00);
    assert.equal(float16(1 + 3 * 2 ** -11), 0x3c02);
  });
});

function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function le64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
