import assert from 'node:assert/strict';
import { moveSpan } from '../../../../src/core/text/changes';

describe('moveSpan', () => {
  const span = { start: 10, end: 20 };
  const change = (rangeOffset: number, rangeLength: number, text: string) => ({
    rangeOffset,
    rangeLength,
    text,
  });

  it('stays when the text after it changes', () => {
    assert.deepEqual(moveSpan(span, [change(21, 3, 'x')]), span);
  });

  it('moves by what is inserted and deleted before it', () => {
    assert.deepEqual(moveSpan(span, [change(0, 0, 'abc')]), { start: 13, end: 23 });
    assert.deepEqual(moveSpan(span, [change(2, 5, 'a')]), { start: 6, end: 16 });
  });

  it('adds up changes of one event, which are all in the former coordinates', () => {
    assert.deepEqual(moveSpan(span, [change(25, 1, ''), change(5, 0, '12'), change(0, 3, '')]), {
      start: 9,
      end: 19,
    });
  });

  it('is lost when a change reaches into it or touches an end', () => {
    assert.equal(moveSpan(span, [change(12, 1, '')]), undefined);
    assert.equal(moveSpan(span, [change(0, 40, '')]), undefined);
    assert.equal(moveSpan(span, [change(10, 0, 'x')]), undefined);
    assert.equal(moveSpan(span, [change(20, 0, 'x')]), undefined);
    assert.equal(moveSpan(span, [change(8, 2, 'x')]), undefined);
  });

  it('keeps an empty span until something touches its place', () => {
    const place = { start: 4, end: 4 };
    assert.deepEqual(moveSpan(place, [change(0, 1, 'xyz')]), { start: 6, end: 6 });
    assert.equal(moveSpan(place, [change(4, 0, 'x')]), undefined);
  });
});
