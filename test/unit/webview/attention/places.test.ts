import assert from 'node:assert/strict';
import type { Token } from '../../../../src/core/text/token';
import { carriedOver, counterpart, tokenAt } from '../../../../src/webview/attention/places';

type Pictured = Parameters<typeof carriedOver>[2];

const text = 'one two three';
const token = (piece: string, start: number, special = false): Token => ({
  id: 0,
  text: piece,
  start,
  end: start + (special ? 0 : piece.length),
  special,
});
const source = { uri: '', start: 0, end: text.length, text, model: '/models/a', window: 0 };
const window = { index: 0, count: 1, start: 0, end: text.length };
/** [CLS] one two three [SEP], 2 layers of 4 heads. */
const bert: Pictured = {
  source,
  window,
  part: 'self',
  layers: 2,
  heads: 4,
  tokens: [
    token('[CLS]', 0, true),
    token('one', 0),
    token('two', 4),
    token('three', 8),
    token('[SEP]', 13, true),
  ],
};
/** one tw o three, 3 layers of 2 heads. */
const gpt: Pictured = {
  ...bert,
  source: { ...source, model: '/models/b' },
  layers: 3,
  heads: 2,
  tokens: [token('one', 0), token('tw', 4), token('o', 6), token('three', 8)],
};
const zoom = { scale: 9, x: 1, y: 1 };
const state = { source, head: 5, selected: [1, 3, 5], token: 3, zoom };

describe('what the view keeps when another picture comes', () => {
  it('is all of it where text, model and part are the same', () => {
    const { head, selected, token, zoom } = state;
    assert.deepEqual(carriedOver(state, bert, bert), { head, selected, token, zoom });
    assert.deepEqual(carriedOver(state, undefined, bert), { head, selected, token, zoom });
  });

  it('is the place in the text and the layer and head where another model reads it', () => {
    // Layer 1, head 1; of the selected ones layer 0, head 3 isn't there.
    assert.deepEqual(carriedOver(state, bert, gpt), { head: 3, selected: [1, 3], token: 3 });
    assert.equal(carriedOver({ ...state, token: 1 }, bert, gpt).token, 0);
    assert.equal(carriedOver({ ...state, head: 3 }, bert, gpt).head, 0, 'there is no head 3');
  });

  it('is the cursor where that has gone to another window, though both windows have the former token', () => {
    const next = { ...bert, source: { ...source, window: 1 }, cursor: 1 };
    assert.equal(carriedOver(state, bert, next).token, 1);
    assert.equal(carriedOver(state, bert, { ...next, cursor: undefined }).token, 3);
  });

  it('is no token of a special one, which other models don’t have', () => {
    assert.equal(carriedOver({ ...state, token: 0 }, bert, gpt).token, 3);
    assert.equal(carriedOver({ ...state, token: 0 }, bert, { ...gpt, cursor: 1 }).token, 1);
  });

  it('is no token where the part shows another text', () => {
    const written = { ...bert, part: 'decoder' as const, target: 'eins zwei', tokens: [token('eins', 0)] };
    assert.equal(carriedOver(state, { ...bert, part: 'encoder' }, written).token, 0);
    assert.equal(carriedOver({ ...state, token: 0 }, written, { ...bert, part: 'encoder' }).token, 3);
    assert.equal(carriedOver(state, { ...bert, part: 'encoder' }, written).zoom, undefined);
  });

  it('is the head alone where another text is read', () => {
    const other = { ...bert, source: { ...source, text: 'four five six' } };
    const { head, selected } = state;
    assert.deepEqual(carriedOver(state, bert, other), { head, selected, token: 3 });
    assert.deepEqual(carriedOver(state, bert, { ...other, cursor: 1 }), { head, selected, token: 1 });
  });
});

describe('the token of another picture in the same place', () => {
  it('is the one whose text is there', () => {
    assert.equal(counterpart(bert, 2, gpt), 1);
    assert.equal(counterpart(gpt, 2, bert), 2);
    assert.equal(counterpart(bert, 0, gpt), undefined);
  });

  it('is none where the rows are of another text', () => {
    const cross = { ...bert, part: 'cross' as const, target: 'eins zwei', tokens: [token('eins', 0)] };
    assert.equal(counterpart(cross, 0, bert), undefined);
    assert.equal(counterpart(bert, 1, cross), undefined);
    assert.equal(counterpart(cross, 0, cross), 0);
  });

  it('is none outside of the window', () => {
    const second = {
      ...bert,
      window: { index: 1, count: 2, start: 4, end: 13 },
      tokens: bert.tokens.slice(2),
    };
    assert.equal(tokenAt(second, 0), undefined);
    assert.equal(tokenAt(second, 8), 1);
    const first = {
      ...bert,
      window: { index: 0, count: 2, start: 0, end: 7 },
      tokens: bert.tokens.slice(0, 3),
    };
    assert.equal(counterpart(second, 1, first), undefined);
    assert.equal(counterpart(second, 0, first), 2);
  });
});
