import assert from 'node:assert/strict';
import { readViewState } from '../../../src/protocol/view';

describe('readViewState', () => {
  const state = {
    source: { uri: 'file:///a.md', start: 0, end: 3, text: 'abc', model: '/models/m' },
    layer: 1,
    head: 2,
    token: 0,
  };

  it('reads what a view saved', () => {
    assert.deepEqual(readViewState(JSON.parse(JSON.stringify(state))), state);
  });

  it('refuses everything else', () => {
    const others: unknown[] = [
      undefined,
      null,
      'text',
      {},
      { ...state, source: undefined },
      { ...state, token: -1 },
      { ...state, layer: 0.5 },
      { ...state, source: { ...state.source, text: 3 } },
    ];
    for (const other of others) assert.equal(readViewState(other), undefined);
  });
});
