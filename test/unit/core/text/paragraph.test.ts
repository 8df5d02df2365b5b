import assert from 'node:assert/strict';
import { paragraphAt, trimmed } from '../../../../src/core/text/paragraph';

describe('paragraphAt', () => {
  const at = (marked: string): string => {
    const offset = marked.indexOf('|');
    const text = marked.replace('|', '');
    const { start, end } = paragraphAt(text, offset);
    return text.slice(start, end);
  };

  it('takes the lines between blank ones', () => {
    assert.equal(at('one\n\ntwo\nth|ree\n\nfour'), 'two\nthree');
  });

  it('takes a whole text without blank lines, from either end', () => {
    assert.equal(at('|one\ntwo'), 'one\ntwo');
    assert.equal(at('one\ntwo|'), 'one\ntwo');
  });

  it('counts white lines as blank, and CRLF as a line end', () => {
    assert.equal(at('one\r\n \t\r\ntwo|\r\nthree\r\n\r\nfour'), 'two\r\nthree');
  });

  it('leaves out the white space at its ends', () => {
    assert.equal(at('\n   one| two  \n\n'), 'one two');
  });

  it('is empty on a blank line and in an empty text', () => {
    assert.equal(at('one\n|\ntwo'), '');
    assert.deepEqual(paragraphAt('one\n\ntwo', 4), { start: 4, end: 4 });
    assert.deepEqual(paragraphAt('', 0), { start: 0, end: 0 });
  });
});

describe('trimmed', () => {
  it('leaves out white space at the ends only', () => {
    assert.deepEqual(trimmed(' a b\n', { start: 0, end: 5 }), { start: 1, end: 4 });
    assert.deepEqual(trimmed('   ', { start: 0, end: 3 }), { start: 0, end: 0 });
  });
});
