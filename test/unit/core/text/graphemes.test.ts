import assert from 'node:assert/strict';
import { forEachGrapheme } from '../../../../src/core/text/graphemes';
import { forEachSegment } from '../../../../src/core/text/segments';

function clusters(text: string): string[] {
  const found: string[] = [];
  forEachGrapheme(text, (start, end) => found.push(text.slice(start, end)));
  return found;
}

describe('grapheme clusters', () => {
  it('are what a reader takes for one character', () => {
    assert.deepEqual(clusters('ae\u0301\u0323b'), ['a', 'e\u0301\u0323', 'b']);
    assert.deepEqual(clusters('x👩‍👩‍👧🇩🇪1️⃣!'), ['x', '👩‍👩‍👧', '🇩🇪', '1️⃣', '!']);
    assert.deepEqual(clusters('a\r\n\n\rb\n'), ['a', '\r\n', '\n', '\r', 'b', '\n']);
    assert.deepEqual(clusters('\u1112\u1161\u11ab각'), ['\u1112\u1161\u11ab', '각']);
    assert.deepEqual(clusters(''), []);
  });

  it('are the same when a text is longer than one chunk', () => {
    const text = '👩‍👩‍👧你e\u0301'.repeat(1000);
    assert.deepEqual(clusters(text), Array.from({ length: 1000 }, () => ['👩‍👩‍👧', '你', 'e\u0301']).flat());
  });

  it('may be longer than a chunk', () => {
    const long = `é${'\u0301'.repeat(5000)}`;
    assert.deepEqual(clusters(`你${long}你`), ['你', long, '你']);
  });
});

describe('segments', () => {
  it('are those of the part alone', () => {
    const found: string[] = [];
    const text = 'One two three';
    forEachSegment(new Intl.Segmenter('en', { granularity: 'word' }), text, 4, 9, (start, end) =>
      found.push(text.slice(start, end)),
    );
    assert.deepEqual(found, ['two', ' ', 't']);
  });
});
