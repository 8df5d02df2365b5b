import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { throttled } from '../../../../src/webview/attention/throttled';

describe('throttled calls', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('are made at once, and then with the last value when the time is over', () => {
    const given: number[] = [];
    const give = throttled((value: number) => given.push(value), 200);
    give(1);
    assert.deepEqual(given, [1]);
    give(2);
    give(3);
    mock.timers.tick(199);
    assert.deepEqual(given, [1]);
    mock.timers.tick(1);
    assert.deepEqual(given, [1, 3]);
  });

  it('leave the same time between later ones', () => {
    const given: number[] = [];
    const give = throttled((value: number) => given.push(value), 200);
    for (let value = 0; value < 100; value++) {
      give(value);
      mock.timers.tick(10);
    }
    assert.deepEqual(given, [0, 19, 39, 59, 79, 99]);
    mock.timers.tick(200);
    give(100);
    assert.equal(given.at(-1), 100);
  });
});
