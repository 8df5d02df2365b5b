import assert from 'node:assert/strict';
import { joinOn, promptFrom } from '../../../../src/core/completion/prompt';

describe('promptFrom', () => {
  it('gives a short text as it is, with single line feeds', () => {
    assert.deepEqual(promptFrom('one\r\ntwo', 100), { text: 'one\ntwo', endsBlank: false });
  });

  it('leaves blanks at the end out, but no line ends', () => {
    assert.deepEqual(promptFrom('The cat \t', 100), { text: 'The cat', endsBlank: true });
    assert.deepEqual(promptFrom('The cat.\n', 100), { text: 'The cat.\n', endsBlank: false });
  });

  it('keeps the end of a long text, cut between words', () => {
    const { text } = promptFrom('abcdef ghijkl mnopqr stuvwx yzabcd', 24);
    assert.equal(text, 'mnopqr stuvwx yzabcd');
  });

  it('never cuts through a character', () => {
    const { text } = promptFrom('😀'.repeat(10), 5);
    assert.equal(text, '😀😀');
  });
});

describe('joinOn', () => {
  it('repeats no blank that already stands there', () => {
    assert.equal(joinOn(promptFrom('The ', 10), ' cat'), 'cat');
    assert.equal(joinOn(promptFrom('The', 10), ' cat'), ' cat');
  });

  it('leaves line ends alone', () => {
    assert.equal(joinOn(promptFrom('The ', 10), '\ncat'), '\ncat');
  });
});
