import assert from 'node:assert/strict';
import { moveSpan, moveSpans, type TextChange } from '../../../../src/core/text/changes';

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

describe('moveSpans', () => {
  it('does the same for each of many spans', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 16807) % 2147483647) % below;
    for (let round = 0; round < 300; round++) {
      const spans = [];
      for (let at = random(5); at < 200; at += random(6)) {
        const start = at;
        at += 1 + random(12);
        // Some share a place.
        for (let share = random(3); share >= 0; share--) spans.push({ start, end: at });
      }
      const changes: TextChange[] = [];
      for (let at = random(60); at < 220; at += 1 + random(60)) {
        const rangeLength = random(3) === 0 ? random(25) : 0;
        changes.push({ rangeOffset: at, rangeLength, text: 'x'.repeat(random(4)) });
        at += rangeLength;
      }
      const expected = spans.flatMap((span) => moveSpan(span, changes) ?? []);
      assert.deepEqual(moveSpans(structuredClone(spans), [...changes].reverse()), expected);
    }
  });
});
