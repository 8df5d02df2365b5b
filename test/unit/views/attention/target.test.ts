import assert from 'node:assert/strict';
import {
  grownSpan,
  isInWindow,
  isParagraph,
  spanToShow,
  tokenAtCursor,
} from '../../../../src/views/attention/target';

const text = 'One two.\n\nThree four five.\n\n  \n';

describe('what the view shows while it follows the cursor', () => {
  it('is the selection without the white space at its ends', () => {
    assert.deepEqual(spanToShow(text, { start: 9, end: 16 }, undefined), { start: 10, end: 15 });
  });

  const cursor = (at: number) => ({ start: at, end: at });

  it('stays a selection while the cursor is in it', () => {
    const shown = { start: 10, end: 15 };
    assert.deepEqual(spanToShow(text, cursor(12), { ...shown, isParagraph: false }), shown);
  });

  it('is the paragraph at the cursor elsewhere', () => {
    const shown = { start: 0, end: 7, isParagraph: false };
    assert.deepEqual(spanToShow(text, cursor(20), shown), { start: 10, end: 26 });
    assert.equal(spanToShow(text, cursor(29), shown), undefined);
  });

  it('is the paragraph at the cursor too when what is shown has grown over another', () => {
    const shown = { start: 0, end: 26, isParagraph: true };
    assert.deepEqual(spanToShow(text, cursor(26), shown), { start: 10, end: 26 });
    assert.deepEqual(spanToShow(text, cursor(3), shown), { start: 0, end: 8 });
  });

  it('stays a paragraph while the cursor is on a blank line', () => {
    const shown = { start: 0, end: 9, isParagraph: true };
    assert.deepEqual(spanToShow(text, cursor(9), shown), { start: 0, end: 8 });
  });

  it('knows a paragraph from a part of one, and from several', () => {
    assert(isParagraph(text, { start: 10, end: 26 }));
    assert(!isParagraph(text, { start: 10, end: 15 }));
    assert(!isParagraph(text, { start: 0, end: 26 }));
  });
});

describe('a span that takes in the edits that touch it', () => {
  const span = { start: 10, end: 20 };
  const change = (rangeOffset: number, rangeLength: number, inserted: string) =>
    grownSpan(span, [{ rangeOffset, rangeLength, text: inserted }]);

  it('moves with edits before it', () => {
    assert.deepEqual(change(0, 2, 'xyz'), { start: 11, end: 21 });
  });

  it('stays with edits behind it', () => {
    assert.deepEqual(change(21, 3, ''), span);
  });

  it('grows and shrinks with edits in it and at its ends', () => {
    assert.deepEqual(change(12, 0, 'abc'), { start: 10, end: 23 });
    assert.deepEqual(change(12, 4, ''), { start: 10, end: 16 });
    assert.deepEqual(change(20, 0, 'abc'), { start: 10, end: 23 });
    assert.deepEqual(change(10, 0, 'abc'), { start: 10, end: 23 });
  });

  it('takes in the new text of an edit over one of its ends', () => {
    assert.deepEqual(change(8, 4, 'abc'), { start: 8, end: 19 });
    assert.deepEqual(change(18, 6, 'abc'), { start: 10, end: 21 });
    assert.deepEqual(change(0, 30, ''), { start: 0, end: 0 });
  });

  it('takes several edits of one event', () => {
    const changes = [
      { rangeOffset: 15, rangeLength: 0, text: 'ab' },
      { rangeOffset: 0, rangeLength: 5, text: '' },
    ];
    assert.deepEqual(grownSpan(span, changes), { start: 5, end: 17 });
  });
});

describe('the token at the cursor', () => {
  const token = (start: number, end: number, special = false) => ({ id: 0, text: '', start, end, special });
  const text = 'One two.';
  const tokens = [token(0, 0, true), token(0, 3), token(4, 7), token(7, 8), token(8, 8, true)];

  it('is the one that is being written, or the one behind a space', () => {
    const at = (offset: number): number => tokenAtCursor(text, tokens, offset);
    assert.deepEqual([0, 1, 3, 4, 5, 7, 8].map(at), [1, 1, 1, 2, 2, 2, 3]);
  });

  it('is none where the text has none', () => {
    assert.equal(tokenAtCursor('', [token(0, 0, true)], 0), -1);
  });
});

describe('a window over a long text', () => {
  it('shows what stands in it, and the outer ones the white space at the ends', () => {
    const shown = (index: number, start: number, end: number) =>
      [0, 2, 30, 60, 100].filter((offset) => isInWindow({ index, count: 3, start, end }, offset));
    assert.deepEqual(shown(0, 1, 50), [0, 2, 30]);
    assert.deepEqual(shown(1, 25, 75), [30, 60]);
    assert.deepEqual(shown(2, 50, 99), [60, 100]);
  });
});
