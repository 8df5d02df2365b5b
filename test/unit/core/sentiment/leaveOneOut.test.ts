import assert from 'node:assert/strict';
import { leaveOneOut } from '../../../../src/core/sentiment/leaveOneOut';

describe('a text without each of its words', () => {
  const left = (text: string): string[] => [...leaveOneOut(text)].map((without) => without.text);

  it('loses the white space before the word, or after it at the beginning', () => {
    assert.deepEqual(left('The food, was  good.'), [
      'food, was  good.',
      'The, was  good.',
      'The food,  good.',
      'The food, was.',
    ]);
  });

  it('names the word that is missing', () => {
    const text = 'An old,\nkind dog';
    assert.deepEqual(
      [...leaveOneOut(text)].map(({ word }) => text.slice(word.start, word.end)),
      ['An', 'old', 'kind', 'dog'],
    );
  });

  it('keeps punctuation, and knows words in scripts without spaces', () => {
    assert.deepEqual(left('— no!'), []);
    const words = [...leaveOneOut('这里的菜很好吃。')].map(({ word }) =>
      '这里的菜很好吃。'.slice(word.start, word.end),
    );
    assert(words.length > 2, words.join('|'));
    assert.equal(words.join(''), '这里的菜很好吃');
  });

  it('takes an emoji for a word', () => {
    assert.deepEqual(left('Fine 🙂'), ['🙂', 'Fine']);
  });

  it('is none of a text of one word', () => {
    assert.deepEqual(left('Good.'), []);
    assert.deepEqual(left('Good'), []);
  });

  it('gives one text after the other, as all at once are many times as long', () => {
    const before = process.memoryUsage().heapUsed;
    const [first] = leaveOneOut('The food was good. '.repeat(3000));
    assert.equal(first?.text.startsWith('food was good.'), true);
    assert(process.memoryUsage().heapUsed - before < 100e6);
  });
});
