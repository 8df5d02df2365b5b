import assert from 'node:assert/strict';
import { seenPieces, sidesOf, type SightedToken } from '../../../../src/core/comparison/sight';

/** The tokens of a text by their offsets, such as `0-3`; one that is hidden has an x after it. */
const tokensAt = (...spans: string[]): SightedToken[] =>
  spans.map((span) => {
    const [start = 0, end = 0] = span.replace('x', '').split('-').map(Number);
    return { start, end, seen: !span.endsWith('x') };
  });

/** Tokens in bars, hidden ones in parentheses, the place in brackets. */
function drawn(text: string, tokens: SightedToken[], start: number, end = start): string {
  const pieces = seenPieces(text, tokens, { start, end });
  assert.equal(pieces.map((piece) => piece.text).join(''), text);
  const marks = { seen: '||', hidden: '()', blank: '', place: '[]' };
  return pieces.map(({ text, kind }) => `${marks[kind][0] ?? ''}${text}${marks[kind][1] ?? ''}`).join('');
}

const text = 'The dog [MASK] at me.';

describe('what a model sees of a text', () => {
  it('ends at the place for a causal model', () => {
    const tokens = tokensAt('0-3', '3-7', '8-14x', '14-17x', '17-20x', '20-21x');
    assert.equal(drawn(text, tokens, 8, 14), '|The|| dog| [[MASK]]( at)( me)(.)');
    assert.deepEqual(sidesOf(tokens, { start: 8, end: 14 }), { left: 2, right: 0 });
  });

  it('goes on behind it for a model that sees both sides', () => {
    const tokens = tokensAt('0-3', '4-7', '8-14x', '15-17', '18-20', '20-21');
    assert.equal(drawn(text, tokens, 8, 14), '|The| |dog| [[MASK]] |at| |me||.|');
    assert.deepEqual(sidesOf(tokens, { start: 8, end: 14 }), { left: 2, right: 3 });
  });

  it('shows an empty place between two words, and at both ends', () => {
    assert.equal(drawn('a b', tokensAt('0-1', '2-3'), 2), '|a| []|b|');
    assert.equal(drawn('a', tokensAt('0-1'), 1), '|a|[]');
    assert.equal(drawn('a', tokensAt('0-1x'), 0), '[](a)');
  });

  it('shows a token that reaches over the place on both sides of it', () => {
    assert.equal(drawn('ab', tokensAt('0-2'), 1), '|a|[]|b|');
  });

  it('shows what a short window cuts off as hidden', () => {
    assert.equal(drawn('a b c', tokensAt('4-5'), 5), '(a b )|c|[]');
    assert.equal(drawn('a b c', tokensAt('0-1'), 1), '|a|[]( b c)');
  });

  it('shows a character of several tokens once', () => {
    assert.equal(drawn('🙂!', tokensAt('0-2', '0-2', '2-3'), 3), '|🙂||!|[]');
  });
});
