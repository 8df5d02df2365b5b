import assert from 'node:assert/strict';
import { isInComment, withoutComments } from '../../../../src/core/text/commitMessage';

const edited = [
  'Mend the hinge',
  '',
  'It was loose, see #12.',
  '# Please enter the commit message for your changes.',
  '#',
  '# On branch main',
  '# ------------------------ >8 ------------------------',
  '# Do not modify or remove the line above.',
  'diff --git a/door b/door',
  '+A lovely hinge.',
].join('\n');

describe('a commit message', () => {
  it('loses the lines that Git leaves out, and no offset moves', () => {
    const left = withoutComments(edited);
    assert.equal(left.trimEnd(), 'Mend the hinge\n\nIt was loose, see #12.');
    assert.equal(left.length, edited.length);
    assert.equal(left.split('\n').length, edited.split('\n').length);
  });

  it('keeps what is no comment, with any line ends', () => {
    assert.equal(withoutComments('One\r\n# two\r\nthree #3'), 'One\r\n     \r\nthree #3');
  });

  it('knows whether a place is in such a line', () => {
    const at = (text: string): boolean => isInComment(edited.slice(0, edited.indexOf(text) + text.length));
    assert.equal(at('#12'), false);
    assert.equal(at('# Please'), true);
    assert.equal(at('# On branch main\n'), false);
    assert.equal(at('A lovely'), true);
  });
});
