import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { npy } from '../../../src/core/npy';

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('npy', () => {
  it('writes the bytes of format 1.0', () => {
    const bytes = npy([Float32Array.of(1, -2, 0.5), Float32Array.of(0, Infinity, 3)], [2, 3]);
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    assert.equal(latin1(bytes.subarray(0, 8)), '\x93NUMPY\x01\x00');
    assert.deepEqual([...bytes.subarray(8, 10)], [118, 0]);
    assert.equal(latin1(bytes.subarray(10, 128)), `${header}${' '.repeat(117 - header.length)}\n`);
    assert.equal(bytes.length, 128 + 24);
    assert.equal(
      Buffer.from(bytes.subarray(128)).toString('hex'),
      '0000803f000000c00000003f000000000000807f00004040',
    );
  });

  it('begins the data at a multiple of 64, however long the shape', () => {
    for (let sides = 0; sides < 40; sides++) {
      const shape = Array<number>(sides).fill(1);
      const bytes = npy([Float32Array.of(7)], shape);
      const headerLength = bytes[8]! + 256 * bytes[9]!;
      assert.equal((10 + headerLength) % 64, 0);
      assert.equal(bytes.length, 10 + headerLength + 4);
      assert.equal(bytes[10 + headerLength - 1], '\n'.charCodeAt(0));
    }
  });

  it('writes a view of a larger array', () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    assert.deepEqual(npy([view], [2]), npy([Float32Array.of(1, 2)], [2]));
  });

  it('refuses a shape that does not fit', () => {
    assert.throws(
      () => npy([new Float32Array(2), new Float32Array(3)], [2, 3]),
      /5 values can't have the shape \[2, 3\]/,
    );
  });

  it('is read by NumPy', function () {
    const python = process.env.PYTHON ?? 'python3';
    if (spawnSync(python, ['-c', 'import numpy']).status !== 0) this.skip();
    const shapes = [[], [0], [4], [2, 3, 4, 4]];
    for (const shape of shapes) {
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 3 - 4);
      const script =
        'import sys, io, json, numpy; ' +
        'a = numpy.load(io.BytesIO(sys.stdin.buffer.read())); ' +
        'print(json.dumps([list(a.shape), str(a.dtype), bool(a.flags.c_contiguous), a.ravel().tolist()]))';
      const answer = execFileSync(python, ['-c', script], { input: npy([values], shape), encoding: 'utf8' });
      assert.deepEqual(JSON.parse(answer), [shape, 'float32', true, [...values]]);
    }
  });
});
