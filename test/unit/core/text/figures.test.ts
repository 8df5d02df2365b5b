import assert from 'node:assert/strict';
import { bar, percent } from '../../../../src/core/text/figures';

describe('percent', () => {
  it('has as many digits as tell something', () => {
    const cases: [number, string][] = [
      [1, '100%'],
      [0.9999, '>99%'],
      [0.9949, '99%'],
      [0.42, '42%'],
      [0.0994, '9.9%'],
      [0.0417, '4.2%'],
      [0.0031, '0.31%'],
      [0.00001, '<0.01%'],
      [0, '0%'],
    ];
    for (const [probability, text] of cases) assert.equal(percent(probability), text);
  });
});

describe('bar', () => {
  it('is as long as the probability', () => {
    assert.equal(bar(1, 4), '████');
    assert.equal(bar(0.5, 4), '██');
    assert.equal(bar(0.28125, 4), '█▏');
    assert.equal(bar(0, 4), '');
  });

  it('never leaves its width', () => {
    assert.equal(bar(1.5, 2), '██');
    assert.equal(bar(-1, 2), '');
  });
});
