import assert from 'node:assert/strict';
import { rollout } from '../../../../src/core/attention/rollout';
import type { AttentionTensor } from '../../../../src/core/attention/tensor';
import { randomStream } from '../../../../src/core/decoding/sampling';

/** [layers, heads, tokens, tokens] as a tensor. */
function tensor(weights: Float32Array, heads: number, tokens: number): AttentionTensor {
  const size = heads * tokens * tokens;
  const layers = Array.from({ length: weights.length / size }, (_, layer) =>
    weights.subarray(layer * size, (layer + 1) * size),
  );
  return { layers, heads, queries: tokens, keys: tokens };
}

/** Its rollout, [layers, tokens, tokens]. */
function rolled(weights: Float32Array, heads: number, tokens: number, causal: boolean): Float32Array {
  return Float32Array.from(
    [...rollout(tensor(weights, heads, tokens), causal)].flatMap((layer) => [...layer]),
  );
}

const near = (actual: Float32Array, expected: number[]) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert(Math.abs(actual[i]! - value) < 1e-6, `[${i}] is ${actual[i]} instead of ${value}`),
  );
};

/** Random attentions [layers, heads, tokens, tokens], each row's sum 1. */
function attentions(layers: number, heads: number, tokens: number, causal: boolean): Float32Array {
  const random = randomStream(tokens);
  const weights = new Float32Array(layers * heads * tokens * tokens);
  for (let row = 0; row < layers * heads * tokens; row++) {
    const sees = causal ? (row % tokens) + 1 : tokens;
    const values = Array.from({ length: sees }, random);
    const total = values.reduce((sum, value) => sum + value, 0);
    values.forEach((value, key) => (weights[row * tokens + key] = value / total));
  }
  return weights;
}

describe('attention rollout', () => {
  it('is the mean of the heads and the identity in the first layer', () => {
    // Two heads: one stays, one swaps; their mean is 1/2 everywhere.
    const weights = Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0);
    near(rolled(weights, 2, 2, false), [0.75, 0.25, 0.25, 0.75]);
  });

  it('puts the upper layer on the left', () => {
    // First layer: both look at token 0. Second layer: both look at token 1.
    const weights = Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1);
    // A1 = [[1, 0], [1/2, 1/2]], A2 = [[1/2, 1/2], [0, 1]];
    // A2 A1 = [[3/4, 1/4], [1/2, 1/2]], whereas A1 A2 = [[1/2, 1/2], [1/4, 3/4]].
    near(rolled(weights, 1, 2, false), [1, 0, 0.5, 0.5, 0.75, 0.25, 0.5, 0.5]);
  });

  it('is the same with the shortcut for causal attention', () => {
    for (const tokens of [1, 2, 3, 4, 5, 9, 18]) {
      const weights = attentions(3, 2, tokens, true);
      near(rolled(weights, 2, tokens, true), [...rolled(weights, 2, tokens, false)]);
    }
  });

  for (const causal of [true, false])
    it(`agrees with a plain matrix product and sums to 1 (${causal ? 'causal' : 'both sides'})`, () => {
      const [layers, heads, tokens] = [3, 2, 7];
      const size = tokens * tokens;
      const weights = attentions(layers, heads, tokens, causal);
      const result = rolled(weights, heads, tokens, causal);
      let below: number[] | undefined;
      for (let layer = 0; layer < layers; layer++) {
        const mixed = Array.from({ length: size }, (_, at) => {
          let mean = 0;
          for (let head = 0; head < heads; head++)
            mean += weights[(layer * heads + head) * size + at]! / heads;
          return (mean + (at % (tokens + 1) === 0 ? 1 : 0)) / 2;
        });
        below = mixed.map((own, at) => {
          if (below === undefined) return own;
          const [query, token] = [Math.floor(at / tokens), at % tokens];
          let sum = 0;
          for (let key = 0; key < tokens; key++)
            sum += mixed[query * tokens + key]! * below[key * tokens + token]!;
          return sum;
        });
        near(result.subarray(layer * size, (layer + 1) * size), below);
      }
      for (let row = 0; row < layers * tokens; row++) {
        const sum = result.subarray(row * tokens, (row + 1) * tokens).reduce((a, b) => a + b, 0);
        assert(Math.abs(sum - 1) < 1e-6, `row ${row} sums to ${sum}`);
      }
    });
});
