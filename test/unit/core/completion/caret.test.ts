import assert from 'node:assert/strict';
import { isPlaceForText } from '../../../../src/core/completion/caret';

describe('Where a suggestion is wanted', () => {
  for (const [text, byItself, asked] of [
    ['The old|', true, true],
    ['The lighth|', true, true],
    ['The |', true, true],
    ['The o|ld house', false, false],
    ['The |old house', false, true],
    ['The old| house', false, true],
    ['(the old|)', true, true],
    ['"the old|",  \nnext', true, true],
    ['**bold|**', true, true],
    ['|', false, false],
    ['\n |\nnext', false, false],
    ['naïve|té', false, false],
  ] as const)
    it(`${JSON.stringify(text)}: ${byItself ? 'yes' : asked ? 'when asked' : 'no'}`, () => {
      const [before = '', after = ''] = text.split('|');
      assert.equal(isPlaceForText({ before, after, asked: false }), byItself);
      assert.equal(isPlaceForText({ before, after, asked: true }), asked);
    });
});
