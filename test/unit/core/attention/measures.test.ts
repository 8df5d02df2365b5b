import assert from 'node:assert/strict';
import { findCopies, isPunctuation } from '../../../../src/core/attention/copies';
import { massOn, massOnOwn, measureSpread, type Spread } from '../../../../src/core/attention/measures';

const near = (actual: Spread, expected: Spread) => {
  for (const [name, value] of Object.entries(expected) as [keyof Spread, number | null][])
    if (value === null) assert.equal(actual[name], null, name);
    else assert(Math.abs(actual[name]! - value) < 1e-6, `${name} is ${actual[name]} instead of ${value}`);
};
const ln = Math.log;

describe('attention measures', () => {
  it('of even attention in both directions', () => {
    near(measureSpread(new Float32Array(9).fill(1 / 3), 3, 'both'), {
      entropy: ln(3),
      evenness: 1,
      previous: 1 / 3,
      next: 1 / 3,
      self: 1 / 3,
      distance: (1 + 2 / 3 + 1) / 3, // rows: (0+1+2)/3, (1+0+1)/3, (2+1+0)/3
    });
  });

  it('of even attention to the left', () => {
    const third = 1 / 3;
    const matrix = Float32Array.of(1, 0, 0, 0.5, 0.5, 0, third, third, third);
    near(measureSpread(matrix, 3, 'left'), {
      entropy: (ln(2) + ln(3)) / 3,
      evenness: 1, // the first row, which has no choice, doesn't count
      previous: (1 / 2 + 1 / 3) / 2,
      next: 0,
      self: (1 + 1 / 2 + 1 / 3) / 3,
      distance: (0 + 1 / 2 + 1) / 3,
    });
  });

  it('of a head that looks one back', () => {
    const matrix = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0);
    near(measureSpread(matrix, 3, 'left'), {
      entropy: 0,
      evenness: 0,
      previous: 1,
      next: 0,
      self: 1 / 3,
      distance: 2 / 3,
    });
  });

  it('of uneven rows', () => {
    const surprise = -0.25 * ln(0.25) - 0.75 * ln(0.75);
    near(measureSpread(Float32Array.of(0.25, 0.75, 1, 0), 2, 'both'), {
      entropy: surprise / 2,
      evenness: surprise / ln(2) / 2,
      previous: 1,
      next: 0.75,
      self: 0.125,
      distance: (0.75 + 1) / 2,
    });
  });

  it('of rows of which nothing is left: they are passed over', () => {
    near(measureSpread(Float32Array.of(0, 0, 0, 0.5, 0.5, 0, 0, 1, 0), 3, 'left'), {
      entropy: ln(2) / 2,
      evenness: ln(2) / ln(2) / 2,
      previous: (0.5 + 1) / 2,
      next: 0,
      self: 0.25,
      distance: 0.75,
    });
  });

  it('of attention to another text: positions have no meaning there', () => {
    near(measureSpread(Float32Array.of(0.5, 0.5, 0, 0, 1, 0), 3, 'cross'), {
      entropy: ln(2) / 2,
      evenness: ln(2) / ln(3) / 2,
      previous: null,
      next: null,
      self: null,
      distance: null,
    });
  });

  for (const sees of ['left', 'both'] as const)
    it(`of a single token (${sees})`, () => {
      near(measureSpread(Float32Array.of(1), 1, sees), {
        entropy: 0,
        evenness: null,
        previous: null,
        next: null,
        self: 1,
        distance: 0,
      });
    });

  it('of any spread give the entropy that the logarithm gives', () => {
    for (let power = -30; power <= 0; power++) {
      const weight = Math.fround(1.37 * 2 ** power);
      const { entropy } = measureSpread(Float32Array.of(weight), 1, 'both');
      assert(Math.abs(entropy + weight * ln(weight)) < 1e-7, `${weight}: ${entropy}`);
    }
  });

  it('sum what goes to a set of keys', () => {
    const matrix = Float32Array.of(0.5, 0.25, 0.25, 0.1, 0.2, 0.7);
    assert(Math.abs(massOn(matrix, 3, [0]) - 0.3) < 1e-6);
    assert(Math.abs(massOn(matrix, 3, [0, 2]) - 0.775) < 1e-6);
    assert.equal(massOn(matrix, 3, []), 0);
  });

  it("sum what goes to each query's own keys, over the queries that have some", () => {
    const matrix = Float32Array.of(1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5);
    assert(Math.abs(massOnOwn(matrix, 3, [[], [0], [0, 1]])! - 0.5) < 1e-6);
    assert.equal(massOnOwn(matrix, 3, [[], [], []]), null);
  });
});

describe('copies in a text', () => {
  it('stand to the left for a causal model, with what followed them', () => {
    const { duplicates, inductions } = findCopies([7, 8, 7, 8, 7], true);
    assert.deepEqual(duplicates, [[], [], [0], [1], [0, 2]]);
    assert.deepEqual(inductions, [[], [], [1], [2], [1, 3]]);
  });

  it('stand on both sides for others', () => {
    const { duplicates, inductions } = findCopies([7, 8, 7], false);
    assert.deepEqual(duplicates, [[2], [], [0]]);
    assert.deepEqual(inductions, [[], [], [1]]);
  });

  it("don't count the query itself, nor special tokens", () => {
    const { duplicates, inductions } = findCopies([undefined, 7, 7, undefined], true);
    assert.deepEqual(duplicates, [[], [], [1], []]);
    assert.deepEqual(inductions, [[], [], [], []]);
  });

  it('punctuation is what has no other character', () => {
    const token = (text: string, special = false) => ({ id: 1, text, special, start: 0, end: 0 });
    assert.deepEqual(
      ['.', ' —', '...', 'a.', ' ', '$'].map((text) => isPunctuation(token(text))),
      [true, true, true, false, false, false],
    );
    assert.equal(isPunctuation(token('.', true)), false);
  });
});
