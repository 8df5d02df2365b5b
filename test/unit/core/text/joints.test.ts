import assert from 'node:assert/strict';
import { joints } from '../../../../src/core/text/joints';

const found = (text: string): string[] =>
  joints(text).map(
    ({ kind, first, second }) =>
      `${kind}: ${text.slice(first.start, first.end)} / ${text.slice(second.start, second.end)}`,
  );

describe('the joints of a text', () => {
  it('lie between the sentences of a paragraph', () => {
    assert.deepEqual(found('It rained. We stayed in.\nThen it stopped.'), [
      'sentence: It rained. / We stayed in.',
      'sentence: We stayed in. / Then it stopped.',
    ]);
  });

  it('lie between paragraphs, each as a whole', () => {
    assert.deepEqual(found('It rained. We stayed in.\n\nThe sun came out.\n \n\nAll went well.\n'), [
      'sentence: It rained. / We stayed in.',
      'paragraph: It rained. We stayed in. / The sun came out.',
      'paragraph: The sun came out. / All went well.',
    ]);
    assert.deepEqual(found('One.\r\n\r\nTwo.'), ['paragraph: One. / Two.']);
  });

  it('are not made by headings, rules, code and list items', () => {
    assert.deepEqual(found('# Title\n\nText.\n\n## Next\n\nMore.'), []);
    assert.deepEqual(found('Title\n=====\n\nText.'), []);
    assert.deepEqual(found('Before.\n\n---\n\nAfter.'), []);
    assert.deepEqual(found('Before.\n\n```\ncode\n```\n\nAfter.'), []);
    assert.deepEqual(found('- One.\n- Two.\n'), []);
    assert.deepEqual(found('Before.\n\n1. One.\n2. Two.\n\nAfter.'), []);
  });

  it('lie within a list item and within a quote', () => {
    assert.deepEqual(found('- One. Two.\n- Three.'), ['sentence: One. / Two.']);
    assert.deepEqual(found('> One. Two.'), ['sentence: One. / Two.']);
  });

  it('need two passages', () => {
    assert.deepEqual(found(''), []);
    assert.deepEqual(found('Only one.'), []);
  });
});
