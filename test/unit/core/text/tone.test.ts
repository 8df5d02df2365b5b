import assert from 'node:assert/strict';
import { toneOf } from '../../../../src/core/text/tone';

describe('toneOf', () => {
  it('reads labels that say it', () => {
    for (const label of ['POSITIVE', 'positive', 'pos', 'Very Positive', 'joy', 'glad'])
      assert.equal(toneOf(label), 'positive');
    for (const label of ['NEGATIVE', 'Neg', 'very_negative', 'sad', 'anger'])
      assert.equal(toneOf(label), 'negative');
  });

  it('guesses nothing from others', () => {
    for (const label of ['LABEL_0', 'LABEL_1', '5 stars', 'neutral', 'position', 'nonnegative'])
      assert.equal(toneOf(label), 'neutral');
  });
});
