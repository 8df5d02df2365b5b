import assert from 'node:assert/strict';
import { interleave } from '../../bench/interleave';
import { median, percentile } from '../../bench/statistics';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    assert.equal(median([9, 1, 5]), 5);
  });
  it('is the mean of two middle values', () => {
    assert.equal(median([4, 1, 2, 100]), 3);
  });
  it('is not moved by one wild value', () => {
    assert.equal(median([10, 11, 12, 13, 1e9]), 12);
  });
  it('compares numbers as numbers', () => {
    assert.equal(median([100, 20, 3]), 20);
  });
  it('refuses an empty list', () => {
    assert.throws(() => median([]), RangeError);
  });
});

describe('interleave', () => {
  it('takes turns, and another one begins each round', async () => {
    const order: string[] = [];
    const contender = (name: string) => async (round: number) => {
      order.push(`${name}${round}`);
      return `${name}${round}`;
    };
    const values = await interleave(3, [contender('a'), contender('b')]);
    assert.deepEqual(order, ['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
    assert.deepEqual(values, [
      ['a0', 'a1', 'a2'],
      ['b0', 'b1', 'b2'],
    ]);
  });
});

describe('percentile', () => {
  const values = [5, 1, 4, 2, 3];
  it('is a value that so many percent do not exceed', () => {
    assert.equal(percentile(values, 50), 3);
    assert.equal(percentile(values, 95), 5);
    assert.equal(percentile(values, 20), 1);
  });
  it('is refused for no values', () => assert.throws(() => percentile([], 50), RangeError));
});
