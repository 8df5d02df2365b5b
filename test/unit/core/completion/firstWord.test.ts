import assert from 'node:assert/strict';
import { FirstWord } from '../../../../src/core/completion/firstWord';

/** What becomes of a completion's first word, by its tokens and their probabilities. */
function follow(least: number, tokens: readonly (readonly [string, number])[]): 'a guess' | 'sure' | 'open' {
  const word = new FirstWord(least);
  let start = 0;
  for (const [piece, probability] of tokens) {
    if (!word.add(start, piece, Math.log(probability))) return 'a guess';
    start += piece.length;
  }
  return word.isSure ? 'sure' : 'open';
}

describe('the first word of a completion', () => {
  it('is sure once another begins, however improbable that is', () => {
    assert.equal(follow(0.1, [[' a', 0.3]]), 'open');
    assert.equal(
      follow(0.1, [
        [' a', 0.3],
        [' few', 0.001],
      ]),
      'sure',
    );
    assert.equal(
      follow(0.1, [
        [' yes', 0.3],
        [',', 0.2],
      ]),
      'sure',
    );
  });

  it('is a guess where it is improbable', () => {
    assert.equal(follow(0.1, [['227', 0.03]]), 'a guess');
  });

  it('is as probable as its tokens together', () => {
    const tokens = [
      [' har', 0.3],
      ['b', 0.9],
      ['our', 0.2],
      [' lay', 0.5],
    ] as const;
    assert.equal(follow(0.1, tokens), 'a guess');
    assert.equal(follow(0.05, tokens), 'sure');
  });

  it('is one token where words are not parted by spaces', () => {
    const tokens = [
      ['今天', 0.2],
      ['的', 0.2],
      ['天气', 0.2],
    ] as const;
    assert.equal(follow(0.1, tokens), 'sure');
  });

  it('goes on through a token that has no whole character yet', () => {
    assert.equal(
      follow(0.2, [
        [' a', 0.5],
        ['', 0.5],
        ['é', 0.5],
      ]),
      'a guess',
    );
  });
});
