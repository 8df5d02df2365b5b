import assert from 'node:assert/strict';
import { measureHead, measureHeads, type HeadMeasures } from '../../../../src/core/attention/measures';

const near = (actual: HeadMeasures, expected: HeadMeasures) => {
  for (const [name, value] of Object.entries(expected) as [keyof HeadMeasures, number | null][])
    if (value === null) assert.equal(actual[name], null, name);
    else assert(Math.abs(actual[name]! - value) < 1e-6, `${name} is ${actual[name]} instead of ${value}`);
};
const ln = Math.log;
const none = (tokens: number) => Array<boolean>(tokens).fill(false);

describe('attention measures', () => {
  it('of even attention in both directions', () => {
    near(measureHead(new Float32Array(9).fill(1 / 3), { causal: false, special: [true, false, true] }), {
      entropy: ln(3),
      evenness: 1,
      previous: 1 / 3,
      next: 1 / 3,
      self: 1 / 3,
      sink: 1 / 3,
      special: 2 / 3,
      distance: (1 + 2 / 3 + 1) / 3, // rows: (0+1+2)/3, (1+0+1)/3, (2+1+0)/3
    });
  });

  it('of even attention to the left', () => {
    const third = 1 / 3;
    const matrix = Float32Array.of(1, 0, 0, 0.5, 0.5, 0, third, third, third);
    near(measureHead(matrix, { causal: true, special: none(3) }), {
      entropy: (ln(2) + ln(3)) / 3,
      evenness: 1, // the first row, which has no choice, doesn't count
      previous: (1 / 2 + 1 / 3) / 2,
      next: 0,
      self: (1 + 1 / 2 + 1 / 3) / 3,
      sink: (1 + 1 / 2 + 1 / 3) / 3,
      special: 0,
      distance: (0 + 1 / 2 + 1) / 3,
    });
  });

  it('of a head that looks one back', () => {
    const matrix = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0);
    near(measureHead(matrix, { causal: true, special: none(3) }), {
      entropy: 0,
      evenness: 0,
      previous: 1,
      next: 0,
      self: 1 / 3,
      sink: 2 / 3,
      special: 0,
      distance: 2 / 3,
    });
  });

  it('of uneven rows', () => {
    const matrix = Float32Array.of(0.25, 0.75, 1, 0);
    const surprise = -0.25 * ln(0.25) - 0.75 * ln(0.75);
    near(measureHead(matrix, { causal: false, special: [false, true] }), {
      entropy: surprise / 2,
      evenness: surprise / ln(2) / 2,
      previous: 1,
      next: 0.75,
      self: 0.125,
      sink: 0.625,
      special: 0.375,
      distance: (0.75 + 1) / 2,
    });
  });

  for (const causal of [true, false])
    it(`of a single token (${causal ? 'causal' : 'both sides'})`, () => {
      near(measureHead(Float32Array.of(1), { causal, special: [false] }), {
        entropy: 0,
        evenness: null,
        previous: null,
        next: null,
        self: 1,
        sink: 1,
        special: 0,
        distance: 0,
      });
    });

  it('come head by head', () => {
    const weights = Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0);
    const measures = measureHeads(weights, { causal: false, special: none(2) });
    assert.deepEqual(
      measures.map(({ self, previous, next }) => [self, previous, next]),
      [
        [1, 0, 0],
        [0, 1, 1],
      ],
    );
  });
});
