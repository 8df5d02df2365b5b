import assert from 'node:assert/strict';
import { referenceClasses, referenceDecomposition } from '../../../../src/engine/model/referenceUnicode';

function isIn(name: keyof typeof referenceClasses, char: string): boolean {
  return new RegExp(`^${referenceClasses[name]}$`, 'v').test(char);
}

describe('the reference’s Unicode tables', () => {
  it('have the punctuation of Unicode 8 and all of ASCII’s', () => {
    for (const char of ['.', '$', '^', '`', '|', '~', '—', '。', '«', '‽', '\u166d'])
      assert(isIn('punctuation', char), char);
    for (const char of ['a', '1', ' ', '€', '\u{1F600}', '\u2e43', '\u2e52', '\u061d'])
      assert(!isIn('punctuation', char), char);
  });

  it('have the marks and formats of their day', () => {
    assert(isIn('nonspacingMark', '\u0301') && isIn('mark', '\u0301'));
    assert(!isIn('nonspacingMark', '\u1abf') && !isIn('mark', '\u1abf'));
    // It came with Unicode 9.
    assert(!isIn('nonspacingMark', '\u08d4') && isIn('mark', '\u08d4'));
    assert(isIn('control', '\u200d') && isIn('control', '\ue000') && isIn('control', '\u0085'));
    assert(!isIn('control', '\u{13430}'));
  });

  it('decompose what they knew', () => {
    assert.equal(referenceDecomposition('é½\u32ff', 'NFD'), 'e\u0301½\u32ff');
    assert.equal(referenceDecomposition('é½\u32ffﬁ', 'NFKD'), 'e\u03011\u20442\u32fffi');
  });
});
