import assert from 'node:assert/strict';
import {
  applyTemperature,
  forbidRepeatedNgrams,
  keepTopK,
  keepTopP,
  penalizeRepetition,
  processLogits,
} from '../../../../src/core/decoding/logitsProcessors';
import { randomStream } from '../../../../src/core/decoding/sampling';
import goldens from '../../../fixtures/golden/logits-processors.json';

const { log } = Math;

/** The ids that are not ruled out. */
const kept = (logits: Float32Array) => [...logits.keys()].filter((id) => logits[id] !== -Infinity);

const ofProbabilities = (...probabilities: number[]) => Float32Array.from(probabilities, log);

/** 50,257 logits as uneven as a language model's. */
function manyLogits(seed: number): Float32Array {
  const random = randomStream(seed);
  return Float32Array.from({ length: 50257 }, () => 3 * (random() + random() + random() + random()) - 6);
}

describe('logits processors', () => {
  it(`together do what those of transformers ${goldens.transformers} do`, () => {
    assert.equal(goldens.cases.length, 44);
    for (const { logits: name, processed, ...options } of goldens.cases) {
      const logits = Float32Array.from(goldens.logits[name as 'uneven' | 'ties']);
      processLogits(logits, goldens.previous, options);
      const expected = processed.map((logit) => logit ?? -Infinity);
      // Which of equals top-p keeps is not defined, only how many.
      if (name === 'ties' && options.topP < 1) {
        logits.sort();
        expected.sort((a, b) => a - b);
      }
      for (const [id, logit] of logits.entries())
        assert(
          logit === expected[id] || Math.abs(logit - expected[id]!) <= 1e-6 * Math.abs(logit),
          `${name} ${JSON.stringify(options)}: token ${id} has ${logit} instead of ${expected[id]}`,
        );
    }
  });

  it('penalize each token of the text once', () => {
    const logits = Float32Array.of(3, -3, 3, 0);
    penalizeRepetition(logits, [0, 1, 0, 3, 99], 2);
    assert.deepEqual([...logits], [1.5, -6, 3, 0]);
  });

  it('forbid what would complete a repeated sequence', () => {
    const forbidden = (previous: number[], size: number) => {
      const logits = new Float32Array(6);
      forbidRepeatedNgrams(logits, previous, size);
      return [0, 1, 2, 3, 4, 5].filter((id) => logits[id] === -Infinity);
    };
    assert.deepEqual(forbidden([1, 2, 3, 1, 2, 4, 1, 2], 3), [3, 4]);
    assert.deepEqual(forbidden([1, 2, 3, 1], 2), [2]);
    assert.deepEqual(forbidden([1, 1], 2), [1]);
    assert.deepEqual(forbidden([1, 5], 1), [1, 5]);
    assert.deepEqual(forbidden([1, 2], 3), []);
    assert.deepEqual(forbidden([], 1), []);
  });

  it('divide by the temperature', () => {
    const logits = Float32Array.of(1, -2, -Infinity);
    applyTemperature(logits, 0.5);
    assert.deepEqual([...logits], [2, -4, -Infinity]);
  });

  it('keep the k largest and all that are equal to the last', () => {
    const logits = Float32Array.of(1, 3, 2, 2, 0);
    keepTopK(logits, 2);
    assert.deepEqual(kept(logits), [1, 2, 3]);
    keepTopK(logits, 3);
    assert.deepEqual(kept(logits), [1, 2, 3]);
    keepTopK(logits, 9);
    assert.deepEqual(kept(logits), [1, 2, 3]);
  });

  it('keep the smallest set that sums to p, and at least one token', () => {
    const probabilities = [0.5, 0.1, 0.25, 0.15];
    for (const [p, ids] of [
      [0.49, [0]],
      [0.51, [0, 2]],
      [0.74, [0, 2]],
      [0.76, [0, 2, 3]],
      [0.91, [0, 1, 2, 3]],
      [1e-9, [0]],
    ] as const) {
      const logits = ofProbabilities(...probabilities);
      keepTopP(logits, p);
      assert.deepEqual(kept(logits), ids, `p = ${p}`);
    }
    const logits = ofProbabilities(...probabilities);
    keepTopP(logits, 0.1, 3);
    assert.deepEqual(kept(logits), [0, 2, 3]);
  });

  it('keep the first of equals at the border of top-p', () => {
    const logits = new Float32Array(4);
    keepTopP(logits, 0.4);
    assert.deepEqual(kept(logits), [0, 1]);
  });

  it('agree with a full sort at 50,257 tokens', () => {
    for (const [seed, p] of [0.01, 0.5, 0.9, 0.99, 0.9999].entries()) {
      const logits = manyLogits(seed);
      const exp = logits.map(Math.exp);
      const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
      const total = order.reduce((sum, id) => sum + exp[id]!, 0);
      const expected: number[] = [];
      for (let sum = 0, i = 0; sum < p * total; i++) {
        expected.push(order[i]!);
        sum += exp[order[i]!]!;
      }
      keepTopP(logits, p);
      assert.deepEqual(
        kept(logits),
        expected.sort((a, b) => a - b),
      );
    }
    for (const k of [1, 50, 1024, 1025, 40000]) {
      const logits = manyLogits(k);
      const limit = [...logits].sort((a, b) => b - a)[k - 1]!;
      const expected = [...logits.keys()].filter((id) => logits[id]! >= limit);
      keepTopK(logits, k);
      assert.deepEqual(kept(logits), expected);
    }
  });

  it('leave greedy decoding its logits', () => {
    const logits = Float32Array.of(1, 2, 3);
    processLogits(logits, [0], {
      repetitionPenalty: 1,
      noRepeatNgramSize: 0,
      doSample: false,
      temperature: 0.1,
      topK: 1,
      topP: 0.1,
      numBeams: 1,
      eosTokenIds: [],
    });
    assert.deepEqual([...logits], [1, 2, 3]);
  });
});
