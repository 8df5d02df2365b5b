import assert from 'node:assert/strict';
import {
  alignText,
  originalSpan,
  prependAligned,
  replaceAligned,
  rewriteAligned,
  sliceAligned,
  type AlignedText,
} from '../../../../src/core/text/alignedText';

/** The original text behind each character of an aligned text. */
function origins(original: string, aligned: AlignedText): [string, string][] {
  return Array.from(aligned.text, (char, index): [string, number] => [
    char,
    Array.from(aligned.text).slice(0, index).join('').length,
  ]).map(([char, at]) => {
    const { start, end } = originalSpan(aligned, at, at + char.length);
    return [char, original.slice(start, end)];
  });
}

describe('aligned text', () => {
  it('gives both halves of a surrogate pair the span of the pair, from an offset on', () => {
    const aligned = alignText('a😀b', 10);
    assert.deepEqual(aligned.starts, [10, 11, 11, 13]);
    assert.deepEqual(aligned.ends, [11, 13, 13, 14]);
  });

  it('has empty spans where an empty range stands', () => {
    const aligned = alignText('ab', 5);
    assert.deepEqual(originalSpan(aligned, 0, 0), { start: 5, end: 5 });
    assert.deepEqual(originalSpan(aligned, 1, 1), { start: 6, end: 6 });
    assert.deepEqual(originalSpan(aligned, 2, 2), { start: 7, end: 7 });
    assert.deepEqual(originalSpan(aligned, 2, 9), { start: 7, end: 7 });
    assert.deepEqual(originalSpan(alignText(''), 0, 0), { start: 0, end: 0 });
  });

  it('keeps spans through lower-casing that lengthens', () => {
    const text = 'İX';
    const lower = rewriteAligned(alignText(text), (part) => part.toLowerCase());
    assert.equal(lower.text, 'i̇x');
    assert.deepEqual(origins(text, lower), [
      ['i', 'İ'],
      ['\u0307', 'İ'],
      ['x', 'X'],
    ]);
  });

  it('leaves dropped marks with the letter they stood on, and only there', () => {
    const text = 'e\u0301\u0323x \u0301y';
    const bare = rewriteAligned(alignText(text), (part) => part.normalize('NFD').replace(/\p{Mn}/gu, ''));
    assert.deepEqual(origins(text, bare), [
      ['e', 'e\u0301\u0323'],
      ['x', 'x'],
      [' ', ' \u0301'],
      ['y', 'y'],
    ]);
    const control = '-\ufffd\u0301y';
    const cleaned = rewriteAligned(alignText(control), (part) => part.replace(/[\ufffd\p{Mn}]/gu, ''));
    assert.deepEqual(origins(control, cleaned), [
      ['-', '-'],
      ['y', 'y'],
    ]);
  });

  it('takes a cluster as one where its code points are rewritten together', () => {
    const text = 'a e\u0301 \u1112\u1161\u11ab';
    const composed = rewriteAligned(alignText(text), (part) => part.normalize('NFC'));
    assert.deepEqual(origins(text, composed), [
      ['a', 'a'],
      [' ', ' '],
      ['é', 'e\u0301'],
      [' ', ' '],
      ['한', '\u1112\u1161\u11ab'],
    ]);
  });

  it('expands compatibility characters', () => {
    const text = '½ﬁ';
    const expanded = rewriteAligned(alignText(text), (part) => part.normalize('NFKC'));
    assert.deepEqual(origins(text, expanded), [
      ['1', '½'],
      ['\u2044', '½'],
      ['2', '½'],
      ['f', 'ﬁ'],
      ['i', 'ﬁ'],
    ]);
  });

  it('replaces matches, each replacement over its whole match', () => {
    const text = 'a  b   c';
    const single = replaceAligned(alignText(text), / {2,}/g, ' ');
    assert.equal(single.text, 'a b c');
    assert.deepEqual(originalSpan(single, 1, 2), { start: 1, end: 3 });
    assert.deepEqual(originalSpan(single, 3, 4), { start: 4, end: 7 });
    assert.deepEqual(originalSpan(single, 4, 5), { start: 7, end: 8 });
    const literal = replaceAligned(alignText('x'), /x/g, '$&$&');
    assert.equal(literal.text, '$&$&');
  });

  it('puts a prefix over the first character, and none before an empty text', () => {
    const text = '😀b';
    const prefixed = prependAligned(alignText(text), '▁');
    assert.deepEqual(origins(text, prefixed), [
      ['▁', '😀'],
      ['😀', '😀'],
      ['b', 'b'],
    ]);
    assert.equal(prependAligned(alignText(''), '▁').text, '');
  });

  it('keeps spans in slices', () => {
    const part = sliceAligned(alignText('abcd', 3), 1, 3);
    assert.equal(part.text, 'bc');
    assert.deepEqual(originalSpan(part, 0, 2), { start: 4, end: 6 });
  });

  it('rewrites long runs of one script in linear time', () => {
    const text = '你好世界'.repeat(25_000);
    const started = performance.now();
    const spaced = rewriteAligned(alignText(text), (part) => ` ${part} `);
    assert.equal(spaced.text.length, 3 * text.length);
    // Two seconds leave room for a busy machine; the segmenter alone would take ten on the whole run.
    assert(performance.now() - started < 2000, `took ${performance.now() - started} ms`);
  });
});
