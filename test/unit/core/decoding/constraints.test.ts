import assert from 'node:assert/strict';
import { constrain, readConstraints } from '../../../../src/core/decoding/constraints';

describe('what a written text has to keep to', () => {
  const marian = { decoder_start_token_id: 9, bad_words_ids: [[9], [1, 2], [0]], forced_eos_token_id: 0 };
  const { startId, ...constraints } = readConstraints(marian, { min_length: 4 }, [0], 6);
  const apply = (written: number[]): number[] => {
    const logits = new Float32Array(10).fill(1);
    constrain(logits, written, constraints);
    return [...logits.keys()].filter((id) => logits[id] !== -Infinity);
  };

  it('is read from generation_config.json, else from config.json', () => {
    assert.equal(startId, 9);
    assert.equal(constraints.minLength, 4);
    assert.equal(readConstraints({}, { bos_token_id: 3 }, [], 5).startId, 3);
    assert.equal(readConstraints(undefined, undefined, [], 5).startId, undefined);
  });

  it('rules out words that may not be written, but no end', () => {
    assert.deepEqual(apply([9, 4, 5, 6]), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(apply([9, 4, 5, 1]), [0, 1, 3, 4, 5, 6, 7, 8]);
  });

  it('has no end too early, and one in time', () => {
    assert(!apply([9, 4]).includes(0));
    assert.deepEqual(apply([9, 4, 4, 4, 4, 4]), [0]);
  });

  it('forces the first token', () => {
    const bart = readConstraints({ forced_bos_token_id: 5 }, {}, [2], 6);
    const logits = new Float32Array(10).fill(1);
    constrain(logits, [2], bart);
    assert.equal(logits[5], 0);
    assert.equal(logits.filter((logit) => logit !== -Infinity).length, 1);
  });
});
