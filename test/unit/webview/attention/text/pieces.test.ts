import assert from 'node:assert/strict';
import type { Token } from '../../../../../src/core/text/token';
import { filled, labelOf, piecesOf } from '../../../../../src/webview/attention/text/pieces';

const token = (text: string, start: number, end: number, special = false): Token => ({
  id: 0,
  text,
  start,
  end,
  special,
});

describe('piecesOf', () => {
  it('keeps what stands between tokens, and special tokens in their places', () => {
    const tokens = [
      token('[CLS]', 0, 0, true),
      token('a', 0, 1),
      token('cat', 3, 6),
      token('[SEP]', 6, 6, true),
    ];
    assert.deepEqual(piecesOf('A  cat', tokens, { start: 0, end: 6 }), [
      { text: '[CLS]', unit: 0, added: true },
      { text: 'A', unit: 1, added: false },
      { text: '  ', unit: undefined, added: false },
      { text: 'cat', unit: 2, added: false },
      { text: '[SEP]', unit: 3, added: true },
    ]);
  });

  it('writes a character of several tokens once', () => {
    const tokens = [token('�', 0, 2), token('�', 0, 2), token('�', 0, 2), token('!', 2, 3)];
    assert.deepEqual(
      piecesOf('😀!', tokens, { start: 0, end: 3 }).map(({ text }) => text),
      ['😀', '+1', '+2', '!'],
    );
  });

  it('shows only the part that the model read', () => {
    assert.deepEqual(piecesOf('one two three', [token('two', 4, 7)], { start: 4, end: 7 }), [
      { text: 'two', unit: 0, added: false },
    ]);
  });

  it('keeps the text of tokens that are left out', () => {
    assert.deepEqual(piecesOf('one two', [token('one', 0, 3)], { start: 0, end: 7 }), [
      { text: 'one', unit: 0, added: false },
      { text: ' two', unit: undefined, added: false },
    ]);
  });
});

describe('labelOf', () => {
  it('makes white space visible', () => {
    assert.equal(labelOf(token('\n', 0, 1)), '⏎');
    assert.equal(labelOf(token(' ', 0, 1)), '␣');
    assert.equal(labelOf(token(' cat', 0, 4)), 'cat');
  });

  it('shortens by characters, not by halves of them', () => {
    assert.equal(labelOf(token('😀😀😀', 0, 6), 2), '😀…');
  });
});

describe('filled', () => {
  it('puts values in their places', () => {
    assert.equal(filled('{1} of {0}', 5, 'a'), 'a of 5');
    assert.equal(filled('{2}', 1), '{2}');
  });
});
