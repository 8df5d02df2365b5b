import assert from 'node:assert/strict';
import { excerptAround } from '../../../../src/core/text/excerpt';

/** [CLS], ten tokens, [SEP]. */
const special = [true, ...Array.from({ length: 10 }, () => false), true];

describe('excerptAround', () => {
  it('is the whole text when it fits', () => {
    assert.deepEqual(excerptAround(special, 5, 12), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('keeps the special tokens and both sides of the position', () => {
    assert.deepEqual(excerptAround(special, 6, 7), [0, 4, 5, 6, 7, 8, 11]);
  });

  it('fills the window at the ends of the text', () => {
    assert.deepEqual(excerptAround(special, 1, 7), [0, 1, 2, 3, 4, 5, 11]);
    assert.deepEqual(excerptAround(special, 10, 7), [0, 6, 7, 8, 9, 10, 11]);
  });

  it('does without special tokens where there are none', () => {
    assert.deepEqual(excerptAround([false, false, false, false], 3, 2), [2, 3]);
  });
});
