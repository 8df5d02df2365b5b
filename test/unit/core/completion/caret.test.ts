import assert from 'node:assert/strict';
import { isPlaceForText, textAsSelected } from '../../../../src/core/completion/caret';

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
    ['灯塔|。', true, true],
    ['他说：「灯塔|」，', true, true],
    ['灯|塔', false, true],
    ['灯塔|house', false, true],
    ['한국|어', false, false],
  ] as const)
    it(`${JSON.stringify(text)}: ${byItself ? 'yes' : asked ? 'when asked' : 'no'}`, () => {
      const [before = '', after = ''] = text.split('|');
      assert.equal(isPlaceForText({ before, after, asked: false }), byItself);
      assert.equal(isPlaceForText({ before, after, asked: true }), asked);
    });
});

describe('A suggestion beside the list of suggested words', () => {
  it('goes on from the word that is selected there', () =>
    assert.equal(textAsSelected('lig', 'hthouse stood', 'lighthouse'), 'lighthouse stood'));
  it('is none where the two disagree', () => {
    assert.equal(textAsSelected('lig', 'ht was on', 'lighthouse'), undefined);
    assert.equal(textAsSelected('lig', 'hthouse', 'light-hearted'), undefined);
  });
});
