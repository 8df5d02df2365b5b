import assert from 'node:assert/strict';
import { inCaseOf, letterCaseOf } from '../../../../src/core/text/letterCase';

describe('the case of a word', () => {
  it('is told by its letters', () => {
    const cases = ['house', 'House', 'HOUSE', 'iPhone', 'I', 'É', 'Über', '42', '灯台'].map(letterCaseOf);
    assert.deepEqual(cases, [
      'lower',
      'title',
      'upper',
      'mixed',
      'title',
      'title',
      'title',
      'lower',
      'lower',
    ]);
  });

  it('is given to another word', () => {
    assert.equal(inCaseOf('House', 'barn'), 'Barn');
    assert.equal(inCaseOf('HOUSE', 'barn'), 'BARN');
    assert.equal(inCaseOf('house', 'barn'), 'barn');
    assert.equal(inCaseOf('Maison', 'école'), 'École');
    assert.equal(inCaseOf("Don't", "can't"), "Can't");
  });

  it('leaves the capitals of a name', () => {
    assert.equal(inCaseOf('house', 'Paris'), 'Paris');
    assert.equal(inCaseOf('iPhone', 'telephone'), 'telephone');
  });
});
