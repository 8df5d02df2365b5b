import assert from 'node:assert/strict';
import { bitsOf, perplexity, surpriseLevel } from '../../../../src/core/text/surprise';

describe('surprise', () => {
  it('has a level for each power of ten below one in a hundred', () => {
    const levels = [1, 0.5, 0.01, 0.0099, 0.001, 0.00099, 0.0001, 0.000099, 1e-9].map((probability) =>
      surpriseLevel(Math.log(probability)),
    );
    assert.deepEqual(levels, [0, 0, 0, 1, 1, 2, 2, 3, 3]);
    assert.equal(surpriseLevel(-Infinity), 3);
  });

  it('is counted in bits', () => {
    assert.equal(bitsOf(Math.log(0.5)), 1);
    assert.equal(bitsOf(Math.log(1 / 1024)), 10);
    assert.equal(Math.abs(bitsOf(0)), 0);
  });

  it("is a text's perplexity on average: as many tokens as the model hesitated between", () => {
    assert.ok(Math.abs(perplexity([Math.log(1 / 8), Math.log(1 / 8)])! - 8) < 1e-12);
    assert.ok(Math.abs(perplexity([Math.log(1 / 2), Math.log(1 / 8)])! - 4) < 1e-12);
  });

  it('leaves out tokens without a probability', () => {
    assert.equal(perplexity([null, Math.log(1 / 8)]), perplexity([Math.log(1 / 8)]));
    assert.equal(perplexity([null]), undefined);
  });
});
