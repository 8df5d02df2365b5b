import assert from 'node:assert/strict';
import { meanVerdict, mostProbable, ranking } from '../../../../src/core/sentiment/verdict';

describe('a verdict', () => {
  it('ranks its labels, whatever they are and however many', () => {
    const scores = { 'one star': 0.2, 'two stars': 0.5, 'three stars': 0.3 };
    assert.equal(mostProbable(scores), 'two stars');
    assert.deepEqual(ranking({ label: 'two stars', scores }), [
      ['two stars', 0.5],
      ['three stars', 0.3],
      ['one star', 0.2],
    ]);
  });

  it('on several sentences is their mean, each weighted by its length', () => {
    const mean = meanVerdict([
      { start: 0, end: 10, label: 'a', scores: { a: 1, b: 0 } },
      { start: 20, end: 50, label: 'b', scores: { a: 0.2, b: 0.8 } },
    ]);
    assert.deepEqual(mean, { label: 'b', scores: { a: 0.4, b: 0.6 } });
  });

  it('on nothing is none', () => {
    assert.equal(meanVerdict([]), undefined);
  });
});
