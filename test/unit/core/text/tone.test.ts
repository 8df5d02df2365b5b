import assert from 'node:assert/strict';
import { toneOf } from '../../../../src/core/text/tone';

describe('toneOf', () => {
  it('reads labels that say it', () => {
    for (const label of ['POSITIVE', 'positive', 'pos', 'Very Positive', 'joy', 'glad'])
      assert.equal(toneOf(label), 'positive');
    for (const label of ['NEGATIVE', 'Neg', 'very_negative', 'sad', 'anger'])
      assert.equal(toneOf(label), 'negative');
  });

  it('counts stars, of which three are the middle', () => {
    assert.deepEqual(['1 star', '2 stars', '3 stars', '4 stars', '5 stars'].map(toneOf), [
      'negative',
      'negative',
      'neutral',
      'positive',
      'positive',
    ]);
  });

  it('passes over what a label says in brackets', () => {
    assert.equal(toneOf('positive (stars 4 and 5)'), 'positive');
    assert.equal(toneOf('negative [0]'), 'negative');
    assert.equal(toneOf('topic (positive)'), 'neutral');
  });

  it('guesses nothing from others', () => {
    for (const label of ['LABEL_0', 'LABEL_1', '0 stars', '10 stars', 'neutral', 'position', 'nonnegative'])
      assert.equal(toneOf(label), 'neutral');
  });
});
