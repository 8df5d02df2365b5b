import assert from 'node:assert/strict';
import { readMasks } from '../../../../src/core/text/masks';

describe('readMasks', () => {
  it("reads [MASK] for a model whose mask token is another, and keeps the writer's offsets", () => {
    const masked = readMasks('A [MASK] and a <mask>.', '<mask>');
    assert.equal(masked.text, 'A <mask> and a <mask>.');
    assert.deepEqual(masked.masks, [
      { start: 2, end: 8 },
      { start: 15, end: 21 },
    ]);
  });

  it('takes spans in the text as read back to the text as written', () => {
    const masked = readMasks('[MASK] 🙂 [MASK]!', '<extra_id_0>');
    assert.equal(masked.text, '<extra_id_0> 🙂 <extra_id_0>!');
    assert.deepEqual(masked.toWritten({ start: 0, end: 12 }), { start: 0, end: 6 });
    assert.deepEqual(masked.toWritten({ start: 13, end: 15 }), { start: 7, end: 9 });
    assert.deepEqual(masked.toWritten({ start: 16, end: 28 }), { start: 10, end: 16 });
    assert.deepEqual(masked.toWritten({ start: 28, end: 29 }), { start: 16, end: 17 });
  });

  it('finds none where there is none', () => {
    const masked = readMasks('Nothing [hidden] here.', '[MASK]');
    assert.equal(masked.text, 'Nothing [hidden] here.');
    assert.deepEqual(masked.masks, []);
    assert.deepEqual(masked.toWritten({ start: 3, end: 5 }), { start: 3, end: 5 });
  });

  it('takes a mask token with signs of regular expressions literally', () => {
    assert.deepEqual(readMasks('a [M.SK] b', '[M.SK]').masks, [{ start: 2, end: 8 }]);
    assert.deepEqual(readMasks('a [MASK] [MxSK]', '[M.SK]').masks, [{ start: 2, end: 8 }]);
  });
});
