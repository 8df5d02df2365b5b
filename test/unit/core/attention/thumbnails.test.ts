import assert from 'node:assert/strict';
import { quantize, quantizeAll, thumbnail, thumbnailSide } from '../../../../src/core/attention/thumbnails';

/** The thumbnail of a matrix with as many rows as columns. */
function thumbnailOf(matrix: Float32Array, tokens: number): Uint8Array {
  const side = thumbnailSide(tokens, 1);
  const result = new Uint8Array(side * side);
  thumbnail(matrix, tokens, { rows: side, columns: side }, result, 0);
  return result;
}

describe('attention thumbnails', () => {
  it('quantize the square root of a probability', () => {
    assert.equal(quantize(0), 0);
    assert.equal(quantize(1), 255);
    assert.equal(quantize(0.25), 128); // 127.5 rounds up
    assert.equal(quantize(1 / 512), 11); // 255 / 22.627 = 11.27; linear it would be 0
    // Softmax in float32 can be a crumb outside [0, 1].
    assert.equal(quantize(1.0000001), 255);
    assert.equal(quantize(-1e-9), 0);
  });

  it('quantize a whole matrix', () => {
    assert.deepEqual([...quantizeAll(Float32Array.of(0.25, 0.75, 1, 0))], [128, 221, 255, 0]);
  });

  it('are as large as the text up to 48 tokens', () => {
    assert.deepEqual(
      [1, 47, 48, 49, 512].map((tokens) => thumbnailSide(tokens, 144)),
      [1, 47, 48, 48, 48],
    );
  });

  it('take less than a megabyte together, however many heads there are', () => {
    for (const heads of [144, 384, 1024, 4096]) {
      const side = thumbnailSide(2048, heads);
      assert(heads * side ** 2 < 1e6 && side >= 13, `${heads} heads: ${side}`);
    }
  });

  it('show each token of a short text, in its place', () => {
    const result = new Uint8Array(6).fill(7);
    thumbnail(Float32Array.of(1, 0, 0.25, 0.75), 2, { rows: 2, columns: 2 }, result, 1);
    assert.deepEqual([...result], [7, 255, 0, 128, 221, 7]);
  });

  it('may have other queries than keys', () => {
    const result = new Uint8Array(6);
    thumbnail(Float32Array.of(1, 0, 0, 0.04, 0.36, 0.6), 3, { rows: 2, columns: 3 }, result, 0);
    assert.deepEqual([...result], [255, 0, 0, 51, 153, 198]);
  });

  it('keep the maximum of what falls into a cell of a long text', () => {
    // 98 tokens in 48 cells: token i falls into cell floor(i * 48 / 98).
    const tokens = 98;
    const size = tokens * tokens;
    const weights = new Float32Array(size);
    for (const [query, key, weight] of [
      [0, 0, 0.09],
      [2, 2, 0.16],
      [1, 1, 0.25],
      [97, 97, 1],
      [97, 0, 0.04],
      [48, 49, 0.36],
      // A crumb below 0 is none.
      [50, 0, -1e-9],
    ] as const)
      weights[query * tokens + key] = weight;
    const expected = new Uint8Array(48 * 48);
    const cell = (row: number, column: number) => row * 48 + column;
    expected[cell(0, 0)] = 128; // tokens 0, 1 and 2 (2 * 48 / 98 = 0.98)
    expected[cell(47, 47)] = 255;
    expected[cell(47, 0)] = 51;
    expected[cell(23, 24)] = 153; // 48 * 48 / 98 = 23.5, 49 * 48 / 98 = 24
    assert.deepEqual(thumbnailOf(weights, tokens), expected);
  });

  it('lose no strong attention, whatever the length', () => {
    for (const tokens of [49, 65, 95, 96, 97, 200]) {
      const cell = (token: number) => Math.floor((token * 48) / tokens);
      for (const [query, key] of [
        [0, tokens - 1],
        [tokens - 1, 0],
        [tokens >> 1, tokens >> 2],
      ] as const) {
        const weights = new Float32Array(tokens * tokens);
        weights[query * tokens + key] = 1;
        const picture = thumbnailOf(weights, tokens);
        assert.equal(picture[cell(query) * 48 + cell(key)], 255);
        assert.equal(
          picture.reduce((sum, value) => sum + value, 0),
          255,
        );
      }
    }
  });
});
