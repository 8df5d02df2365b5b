import assert from 'node:assert/strict';
import { Debounce } from '../../../../src/core/completion/debounce';

describe('The wait before a model is asked', () => {
  const after = (...latencies: number[]): number => {
    const debounce = new Debounce();
    for (const ms of latencies) debounce.learn(ms);
    return debounce.wait;
  };
  it('is none before anything is known, and for a quick model', () => {
    assert.equal(after(), 0);
    assert.equal(after(40, 60), 0);
  });
  it('grows with the time that answers take, to a limit', () => {
    assert.equal(after(300), 100);
    assert.equal(after(5000), 300);
  });
  it('follows the measured times slowly', () => {
    assert(after(300, 100) > after(300, 100, 100));
    assert(after(300, 100) > 50);
  });
});
