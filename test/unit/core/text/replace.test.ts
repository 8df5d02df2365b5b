import assert from 'node:assert/strict';
import { replaced } from '../../../../src/core/text/replace';

describe('replaced', () => {
  it('makes every replacement in the coordinates of the given text', () => {
    const text = 'a [MASK] and [MASK].';
    const masks = [
      { start: 13, end: 19, text: 'b' },
      { start: 2, end: 8, text: 'longer word' },
    ];
    assert.equal(replaced(text, masks), 'a longer word and b.');
  });

  it('is the text itself without any', () => {
    assert.equal(replaced('abc', []), 'abc');
  });
});
