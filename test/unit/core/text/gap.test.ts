import assert from 'node:assert/strict';
import { gapAt } from '../../../../src/core/text/gap';
import { seenSpans } from '../../../../src/core/text/seen';

describe('the gap at a place', () => {
  const text = 'The old [MASK] stood, <mask>.';
  const at = (position: number) => {
    const { start, end } = gapAt(text, position);
    return text.slice(start, end);
  };

  it('is the word that begins there or goes on there', () => {
    assert.equal(at(4), 'old');
    assert.equal(at(5), 'old');
  });

  it('is the whole mask', () => {
    assert.equal(at(8), '[MASK]');
    assert.equal(at(10), '[MASK]');
    assert.equal(at(text.indexOf('<') + 3), '<mask>');
  });

  it('is empty behind a word, at a space and at the end', () => {
    assert.deepEqual(gapAt(text, 7), { start: 7, end: 7 });
    assert.deepEqual(gapAt(text, text.length), { start: text.length, end: text.length });
    assert.deepEqual(gapAt('', 0), { start: 0, end: 0 });
  });
});

describe('what is seen of a text', () => {
  it('is one span for each run of seen tokens', () => {
    const tokens = [
      { start: 0, end: 3, seen: true },
      { start: 4, end: 7, seen: true },
      { start: 8, end: 12, seen: false },
      { start: 13, end: 14, seen: true },
    ];
    assert.deepEqual(seenSpans(tokens), [
      { start: 0, end: 7 },
      { start: 13, end: 14 },
    ]);
    assert.deepEqual(seenSpans([{ start: 0, end: 3, seen: false }]), []);
  });
});
