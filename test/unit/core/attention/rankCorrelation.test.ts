import assert from 'node:assert/strict';
import { rankCorrelation } from '../../../../src/core/attention/rankCorrelation';

describe('rankCorrelation', () => {
  it('is 1 for the same order, -1 for the opposite one', () => {
    assert.equal(rankCorrelation([1, 2, 30], [0.1, 0.2, 0.25]), 1);
    assert.equal(rankCorrelation([3, 2, 1], [0, 5, 9]), -1);
  });

  it('lets equal values share a rank', () => {
    // By hand: ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3 give 4.5 / sqrt(4.5 * 5).
    const value = rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])!;
    assert(Math.abs(value - 4.5 / Math.sqrt(22.5)) < 1e-12);
  });

  it('has no meaning for few or constant values', () => {
    assert.equal(rankCorrelation([1, 2], [1, 2]), undefined);
    assert.equal(rankCorrelation([1, 1, 1], [1, 2, 3]), undefined);
    assert.throws(() => rankCorrelation([1], [1, 2]), RangeError);
  });
});
