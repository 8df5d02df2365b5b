import assert from 'node:assert/strict';
import { defaultOptions, readViewState, type ViewState } from '../../../src/protocol/viewState';

describe('readViewState', () => {
  const source = { uri: 'file:///a.md', start: 0, end: 3, text: 'abc', model: '/models/m', window: 0 };
  const side = { source, head: 14, selected: [3, 14], token: 0 };
  const state: ViewState = { a: side, options: defaultOptions };
  const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it('reads what a view saved', () => {
    assert.deepEqual(readViewState(copy(state)), state);
    const full: ViewState = {
      a: { ...side, zoom: { scale: 8, x: 1.5, y: 0 } },
      b: { ...side, source: { ...source, part: 'cross' } },
      options: { ...defaultOptions, pane: 'lines', words: true, sort: 'entropy' },
    };
    assert.deepEqual(readViewState(copy(full)), full);
  });

  it('refuses everything else', () => {
    const withSource = (changed: object): unknown => ({
      ...state,
      a: { ...side, source: { ...source, ...changed } },
    });
    const others: unknown[] = [
      undefined,
      null,
      'text',
      {},
      { a: side },
      { ...state, a: undefined },
      { ...state, a: { ...side, token: -1 } },
      { ...state, a: { ...side, head: 0.5 } },
      { ...state, a: { ...side, selected: ['1'] } },
      { ...state, options: { ...defaultOptions, pane: 'other' } },
      { ...state, options: { ...defaultOptions, words: 1 } },
      withSource({ text: 3 }),
      withSource({ window: -1 }),
      withSource({ part: 'none' }),
    ];
    for (const other of others) assert.equal(readViewState(other), undefined);
  });

  it('drops a second side that it can’t read', () => {
    assert.deepEqual(readViewState({ ...state, b: { ...side, token: null } }), state);
  });
});
