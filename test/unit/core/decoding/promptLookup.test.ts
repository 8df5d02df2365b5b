import assert from 'node:assert/strict';
import { guessNext, GuessLength } from '../../../../src/core/decoding/promptLookup';

describe('guessNext', () => {
  it('gives what followed the last place where the end stood before', () => {
    assert.deepEqual(guessNext([1, 2, 3, 4, 5, 1, 2], 2), [3, 4]);
    assert.deepEqual(guessNext([1, 2, 3, 1, 2, 7, 1, 2], 1), [7]);
  });

  it('takes the longest match before the last', () => {
    assert.deepEqual(guessNext([9, 1, 2, 3, 0, 1, 2, 7, 9, 1, 2], 1), [3]);
  });

  it('goes on over the end in a text that repeats itself', () => {
    assert.deepEqual(guessNext([5, 6, 5, 6, 5, 6], 4), [5, 6, 5, 6]);
    assert.deepEqual(guessNext([7, 7, 7], 3), [7, 7, 7]);
  });

  it('guesses nothing when the end is new', () => {
    assert.deepEqual(guessNext([1, 2, 3, 4], 4), []);
    assert.deepEqual(guessNext([], 4), []);
    assert.deepEqual(guessNext([1, 2, 1], 4), []);
  });
});

describe('GuessLength', () => {
  it('grows while guesses are right', () => {
    const length = new GuessLength();
    const lengths = [0, 1, 2, 3].map(() => {
      const next = length.next();
      length.learn(next, next);
      return next;
    });
    assert.deepEqual(lengths, [4, 8, 16, 16]);
  });

  it('shrinks and pauses while they are wrong', () => {
    const length = new GuessLength();
    const lengths = Array.from({ length: 6 }, () => {
      const next = length.next();
      if (next > 0) length.learn(next, 0);
      return next;
    });
    assert.deepEqual(lengths, [4, 2, 1, 0, 0, 0]);
  });
});
