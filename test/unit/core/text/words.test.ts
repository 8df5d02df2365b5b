import assert from 'node:assert/strict';
import { wordAt } from '../../../../src/core/text/words';

function read(text: string, offset: number): string {
  const { start, end } = wordAt(text, offset);
  return text.slice(start, end);
}

describe('the word at an offset', () => {
  it('is the one around it', () => {
    assert.equal(read('one two', 5), 'two');
    assert.equal(read("I don't know", 4), "don't");
    assert.equal(read('naïve e\u0301te\u0301', 8), 'e\u0301te\u0301');
  });

  it('or the one that ends there', () => {
    assert.equal(read('one, two', 3), 'one');
    assert.equal(read('one', 3), 'one');
  });

  it('is empty where there is none', () => {
    assert.deepEqual(wordAt('one,  two', 5), { start: 5, end: 5 });
    assert.deepEqual(wordAt('', 0), { start: 0, end: 0 });
    assert.deepEqual(wordAt('\n\n', 1), { start: 1, end: 1 });
  });

  it('never runs across a line end', () => {
    assert.equal(read('one\ntwo', 3), 'one');
    assert.equal(read('one\r\ntwo', 5), 'two');
  });
});
