import assert from 'node:assert/strict';
import { runsOf } from '../../../../../src/webview/attention/save/brokenWords';

/** As if a line held `size` code units. */
const lines =
  (size: number) =>
  (start: number): number =>
    20 * Math.floor(start / size);

describe('a word that is broken over lines', () => {
  const parts = (word: string, topOf: Parameters<typeof runsOf>[1]): string[] =>
    runsOf(word, topOf).map(({ start, end }) => word.slice(start, end));

  it('is drawn line by line', () => {
    assert.deepEqual(parts('选择一个词元：文本按它所关注的内容着色', lines(8)), [
      '选择一个词元：文',
      '本按它所关注的内',
      '容着色',
    ]);
    assert.deepEqual(parts('word', lines(8)), ['word']);
  });

  it('keeps characters whole, and those that are nowhere with the ones before', () => {
    assert.deepEqual(parts('a👩‍👩‍👧b', lines(3)), ['a👩‍👩‍👧', 'b']);
    assert.deepEqual(
      parts('ab', (start) => (start === 0 ? 7 : undefined)),
      ['ab'],
    );
    assert.deepEqual(
      parts('ab', () => undefined),
      [],
    );
  });

  it('stays on its line where a font sits a little higher', () => {
    assert.deepEqual(
      parts('a字', (start) => 10 + 2 * start),
      ['a字'],
    );
  });
});
