import assert from 'node:assert/strict';
import { askedPlace } from '../../../../src/core/comparison/place';

/** `|` is the cursor, or both ends of a selection; gives the text with the place in angle brackets. */
function asked(marked: string): string | undefined {
  const [before = '', selected = '', after] = marked.split('|');
  const document = before + selected + (after ?? '');
  const end = after === undefined ? before.length : before.length + selected.length;
  const found = askedPlace(document, { start: before.length, end });
  if (!found) return undefined;
  const { text, place, region } = found;
  assert.equal(document.slice(region.start, region.end), text);
  return `${text.slice(0, place.start)}<${text.slice(place.start, place.end)}>${text.slice(place.end)}`;
}

describe('the place that models are compared at', () => {
  it('is the gap at the cursor, in its paragraph', () => {
    assert.equal(asked('One.\n\nThe dog |barked.\n\nTwo.'), 'The dog <>barked.');
    assert.equal(asked('The dog| barked.'), 'The dog<> barked.');
  });

  it('is the word that the cursor stands in', () => {
    assert.equal(asked('The d|og barked.'), 'The <dog> barked.');
  });

  it('is the end of the paragraph where the cursor stands behind it', () => {
    assert.equal(asked('The dog  |'), 'The dog<>');
  });

  it('is the mask nearest to the cursor, wherever the cursor stands in the paragraph', () => {
    assert.equal(asked('|The [MASK] barked.'), 'The <[MASK]> barked.');
    assert.equal(
      asked('The [MASK] barked at the <mask>, |loudly.'),
      'The [MASK] barked at the <<mask>>, loudly.',
    );
  });

  it('is the one selected word', () => {
    assert.equal(asked('The |dog| barked.'), 'The <dog> barked.');
    assert.equal(asked('The| dog |barked.'), 'The <dog> barked.');
  });

  it('is the end of several selected words, which are the text', () => {
    assert.equal(asked('Then |the dog| barked.'), 'the dog<>');
    assert.equal(asked('Then |the [MASK] barked|.'), 'the <[MASK]> barked');
  });

  it('is nowhere where there is no text', () => {
    assert.equal(asked('One.\n\n|\n\nTwo.'), undefined);
    assert.equal(asked('|'), undefined);
  });
});
