import assert from 'node:assert/strict';
import {
  acceptedPart,
  followEdits,
  offerAfterTyping,
  tokensAt,
} from '../../../../src/core/completion/acceptedTokens';

const token = (text: string, start: number, end: number) => ({ text, start, end, probability: 0.5 });
const suggestion = { text: ' old house', tokens: [token(' old', 0, 4), token(' house', 4, 10)] };
const offer = { offset: 3, suggestions: [{ text: ' new', tokens: [] }, suggestion] };
const insert = (rangeOffset: number, text: string, rangeLength = 0) => ({ rangeOffset, rangeLength, text });

describe('What was taken over of a suggestion', () => {
  it('is all of it, a word, or a line', () => {
    assert.deepEqual(acceptedPart(offer, [insert(3, ' old house')]), { suggestion, length: 10, offset: 3 });
    assert.deepEqual(acceptedPart(offer, [insert(3, ' old')]), { suggestion, length: 4, offset: 3 });
  });
  it('is told from typing, pasting and what happens elsewhere', () => {
    assert.equal(acceptedPart(offer, [insert(3, ' ')]), undefined);
    assert.equal(acceptedPart(offer, [insert(3, ' older')]), undefined);
    assert.equal(acceptedPart(offer, [insert(5, ' old')]), undefined);
  });
  it('may be a single character, where that is all', () =>
    assert(acceptedPart({ offset: 3, suggestions: [{ text: 's', tokens: [] }] }, [insert(3, 's')])));
  it('may be written with the word that it finishes', () => {
    const finishing = { offset: 4, suggestions: [{ text: 'use', tokens: [token(' house', 0, 3)] }] };
    assert.equal(acceptedPart(finishing, [insert(2, 'house', 2)])?.length, 3);
  });
  it('is found among what is written at several cursors, and stands where the others move it', () => {
    const everywhere = [insert(20, ' old house'), insert(3, ' old house'), insert(0, 'by', 1)];
    assert.deepEqual(acceptedPart(offer, everywhere), { suggestion, length: 10, offset: 4 });
    const next = offerAfterTyping(offer, [insert(20, ' o'), insert(3, ' o'), insert(1, ' o')])!;
    assert.equal(next.offset, 7);
    assert.equal(acceptedPart(offer, [insert(20, ' old'), insert(1, ' old')]), undefined);
  });
  it('follows the typing', () => {
    const next = offerAfterTyping(offer, [insert(3, ' o')])!;
    assert.equal(next.offset, 5);
    assert.deepEqual(
      next.suggestions.map(({ text }) => text),
      ['ld house'],
    );
    assert.equal(offerAfterTyping(offer, [insert(3, 'x')]), undefined);
    assert.equal(offerAfterTyping(offer, [insert(1, ' ')]), undefined);
  });
});

describe('The tokens of what was taken over', () => {
  const tokens = tokensAt(suggestion, 10, 3, 1);
  const spans = (changed: ReturnType<typeof followEdits>) => changed.map(({ start, end }) => [start, end]);

  it('stand where the text was written', () => {
    assert.deepEqual(spans(tokens), [
      [3, 7],
      [7, 13],
    ]);
    assert.deepEqual(spans(tokensAt(suggestion, 6, 3, 1)), [
      [3, 7],
      [7, 9],
    ]);
  });
  it('follow edits before and between them', () => {
    assert.deepEqual(spans(followEdits(tokens, [insert(0, 'Oh ')])), [
      [6, 10],
      [10, 16],
    ]);
    assert.deepEqual(spans(followEdits(tokens, [insert(7, 'er')])), [
      [3, 7],
      [9, 15],
    ]);
    assert.deepEqual(spans(followEdits(tokens, [insert(13, '!')])), [
      [3, 7],
      [7, 13],
    ]);
    assert.deepEqual(spans(followEdits(tokens, [insert(0, 'A', 1), insert(13, '.', 0)])), [
      [3, 7],
      [7, 13],
    ]);
  });
  it('are dropped when their own text is changed', () => {
    assert.deepEqual(spans(followEdits(tokens, [insert(5, 'x')])), [[8, 14]]);
    assert.deepEqual(spans(followEdits(tokens, [insert(6, '', 2)])), []);
    assert.deepEqual(spans(followEdits(tokens, [insert(3, '', 10)])), []);
  });
});
