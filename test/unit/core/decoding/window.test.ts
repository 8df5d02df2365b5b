import assert from 'node:assert/strict';
import { excerpts, windows, windowsBothSides } from '../../../../src/core/decoding/window';

describe('windows', () => {
  it('are one for a short text and none for an empty one', () => {
    assert.deepEqual(windows(5, 8, 3), [{ start: 0, end: 5, scoreFrom: 0, scoreTo: 5 }]);
    assert.deepEqual(windows(8, 8, 3), [{ start: 0, end: 8, scoreFrom: 0, scoreTo: 8 }]);
    assert.deepEqual(windows(0, 8, 3), []);
    assert.deepEqual(windowsBothSides(5, 8, 3), [{ start: 0, end: 5, scoreFrom: 0, scoreTo: 5 }]);
  });

  it('overlap by the context', () => {
    assert.deepEqual(windows(20, 8, 3), [
      { start: 0, end: 8, scoreFrom: 0, scoreTo: 8 },
      { start: 5, end: 13, scoreFrom: 8, scoreTo: 13 },
      { start: 10, end: 18, scoreFrom: 13, scoreTo: 18 },
      { start: 12, end: 20, scoreFrom: 18, scoreTo: 20 },
    ]);
    assert.deepEqual(windowsBothSides(12, 8, 2), [
      { start: 0, end: 8, scoreFrom: 0, scoreTo: 6 },
      { start: 4, end: 12, scoreFrom: 6, scoreTo: 12 },
    ]);
  });

  for (const [name, cover] of Object.entries({ windows, windowsBothSides }))
    it(`count every token once and with enough context (${name})`, () => {
      for (let tokens = 0; tokens <= 40; tokens++)
        for (let size = 1; size <= 9; size++)
          for (let context = 0; (name === 'windows' ? context : 2 * context) < size; context++) {
            let next = 0;
            for (const { start, end, scoreFrom, scoreTo } of cover(tokens, size, context)) {
              assert.equal(scoreFrom, next);
              next = scoreTo;
              assert(0 <= start && start <= scoreFrom && scoreFrom < scoreTo && scoreTo <= end);
              assert.equal(end - start, Math.min(size, tokens));
              assert(scoreFrom - start >= Math.min(context, scoreFrom));
              if (name === 'windowsBothSides') assert(end - scoreTo >= Math.min(context, tokens - scoreTo));
            }
            assert.equal(next, tokens);
          }
    });

  it('refuse a context that leaves no room', () => {
    assert.throws(() => windows(20, 8, 8), /A window of 8 tokens has no room for 8/);
    assert.throws(() => windowsBothSides(20, 8, 4), RangeError);
    assert.throws(() => windows(20, 8, -1), RangeError);
  });
});

describe('excerpts', () => {
  /** [CLS], as many tokens, [SEP]. */
  const special = (tokens: number): boolean[] => [true, ...Array.from({ length: tokens }, () => false), true];

  it('are the whole text when it fits', () => {
    assert.deepEqual(excerpts(special(4), 6), [{ indices: [0, 1, 2, 3, 4, 5], countFrom: 1, countTo: 5 }]);
  });

  it('keep the special tokens at the ends of each, and overlap', () => {
    assert.deepEqual(excerpts(special(10), 7), [
      { indices: [0, 1, 2, 3, 4, 5, 11], countFrom: 1, countTo: 5 },
      { indices: [0, 4, 5, 6, 7, 8, 11], countFrom: 5, countTo: 8 },
      { indices: [0, 6, 7, 8, 9, 10, 11], countFrom: 8, countTo: 11 },
    ]);
  });

  it('do without special tokens where there are none, and are none for an empty text', () => {
    assert.deepEqual(excerpts([false, false, false], 2), [
      { indices: [0, 1], countFrom: 0, countTo: 2 },
      { indices: [1, 2], countFrom: 2, countTo: 3 },
    ]);
    assert.deepEqual(excerpts([true, true], 8), []);
  });
});
