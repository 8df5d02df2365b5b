import assert from 'node:assert/strict';
import { jointRange } from '../../../../src/core/text/jointRange';
import { joints } from '../../../../src/core/text/joints';

describe('where a joint is marked', () => {
  const marked = (text: string): string[] =>
    joints(text).map((joint) => {
      const { start, end } = jointRange(text, joint);
      return text.slice(start, end);
    });

  it('is from the last word of the first passage to the first of the second', () => {
    assert.deepEqual(marked('It rained hard. We stayed in.'), ['hard. We']);
    assert.deepEqual(marked('It rained.\n\nWe stayed in.'), ['rained.\n\nWe']);
  });

  it('is all of two passages of one word each', () => {
    assert.deepEqual(marked('Yes! No?'), ['Yes! No?']);
  });
});
