import assert from 'node:assert/strict';
import { quantize, thumbnails, thumbnailSize } from '../../../../src/core/attention/thumbnails';

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

  it('are as large as the text up to 64 tokens', () => {
    assert.deepEqual([1, 63, 64, 65, 512].map(thumbnailSize), [1, 63, 64, 64, 64]);
  });

  it('show each token of a short text, head after head', () => {
    const weights = Float32Array.of(1, 0, 0.25, 0.75, 0.04, 0.96, 0.16, 0.84);
    assert.deepEqual([...thumbnails(weights, 2, 1, 2)], [255, 0, 128, 221, 51, 250, 102, 234]);
    assert.deepEqual(thumbnails(weights, 1, 2, 2), thumbnails(weights, 2, 1, 2));
  });

  it('keep the maximum of what falls into a cell of a long text', () => {
    // 130 tokens in 64 cells: token i falls into cell floor(i * 64 / 130).
    const tokens = 130;
    const size = tokens * tokens;
    const weights = new Float32Array(2 * size);
    for (const [query, key, weight] of [
      [0, 0, 0.09],
      [2, 2, 0.16],
      [1, 1, 0.25],
      [129, 129, 1],
      [129, 0, 0.04],
      [64, 65, 0.36],
    ] as const)
      weights[size + query * tokens + key] = weight;
    const expected = new Uint8Array(2 * 64 * 64);
    const cell = (row: number, column: number) => 64 * 64 + row * 64 + column;
    expected[cell(0, 0)] = 128; // tokens 0, 1 and 2 (2 * 64 / 130 = 0.98)
    expected[cell(63, 63)] = 255;
    expected[cell(63, 0)] = 51;
    expected[cell(31, 32)] = 153; // 64 * 64 / 130 = 31.5, 65 * 64 / 130 = 32
    assert.deepEqual(thumbnails(weights, 1, 2, tokens), expected);
  });

  it('lose no strong attention, whatever the length', () => {
    for (const tokens of [65, 100, 127, 128, 129, 200]) {
      const cell = (token: number) => Math.floor((token * 64) / tokens);
      for (const [query, key] of [
        [0, tokens - 1],
        [tokens - 1, 0],
        [tokens >> 1, tokens >> 2],
      ] as const) {
        const weights = new Float32Array(tokens * tokens);
        weights[query * tokens + key] = 1;
        const picture = thumbnails(weights, 1, 1, tokens);
        assert.equal(picture[cell(query) * 64 + cell(key)], 255);
        assert.equal(
          picture.reduce((sum, value) => sum + value, 0),
          255,
        );
      }
    }
  });
});
