import assert from 'node:assert/strict';
import { pieces } from '../../../../src/core/text/pieces';

const found = (text: string, limit: number): string[] =>
  pieces(text, limit).map(({ start, end }) => text.slice(start, end));

describe('the parts in which a long text is rewritten', () => {
  it('are one part where the text is short enough', () => {
    assert.deepEqual(found('  One.\n\nTwo.\n', 20), ['One.\n\nTwo.']);
  });

  it('are paragraphs', () => {
    assert.deepEqual(found('One here.\nStill.\n\n \nTwo.\r\n\r\nThree.', 20), [
      'One here.\nStill.',
      'Two.',
      'Three.',
    ]);
  });

  it('are some sentences of a paragraph that is too long, none of them cut', () => {
    const text = 'First one. Second. Third is longer than the limit allows. Fourth.';
    assert.deepEqual(found(text, 20), [
      'First one. Second.',
      'Third is longer than the limit allows.',
      'Fourth.',
    ]);
  });

  it('leave out nothing but white space', () => {
    const text = '# A heading that is long\n\n- An item. And more of it.\n- Another.\n\n```\ncode\n```\n';
    for (const limit of [1, 10, 30, 100])
      assert.equal(found(text, limit).join('').replace(/\s/g, ''), text.replace(/\s/g, ''));
  });

  it('are none of a blank text', () => {
    assert.deepEqual(found(' \n', 10), []);
  });
});
