import assert from 'node:assert/strict';
import { beginsSentence, spacesAround } from '../../../../src/core/text/insertion';

/** The text with `x` inserted at the bar. */
function inserted(marked: string): string {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { before, after } = spacesAround(text, offset);
  return text.slice(0, offset) + before + 'x' + after + text.slice(offset);
}

describe('inserting a word', () => {
  const places: [string, string][] = [
    ['The |house', 'The x house'],
    ['The| house', 'The x house'],
    ['The | house', 'The x house'],
    ['The house|.', 'The house x.'],
    ['The house.|', 'The house. x'],
    ['|The house', 'x The house'],
    ['(|the house)', '(x the house)'],
    ['(the| house)', '(the x house)'],
    ['He said, “|no.”', 'He said, “x no.”'],
    ['He said|, no.', 'He said x, no.'],
    ['He said,| no.', 'He said, x no.'],
    ['a well-|known man', 'a well-x known man'],
    ['the "old" |man', 'the "old" x man'],
    ['the "old"| man', 'the "old" x man'],
    ['was | "old"', 'was x "old"'],
    ['was |"old"', 'was x "old"'],
    ['a |*very* old', 'a x *very* old'],
    ['He came\n|home', 'He came\nx home'],
    ['旧的|房子', '旧的x房子'],
    ['他说“好”|走了', '他说“好”x走了'],
    ['在2020|年', '在2020x年'],
    ['บ้าน|เก่า', 'บ้านxเก่า'],
    ['用 Windows| 系统', '用 Windows x 系统'],
    ['옛 |집', '옛 x 집'],
    ['旧房子\n1. |house', '旧房子\n1. x house'],
  ];
  for (const [marked, result] of places)
    it(`at ${JSON.stringify(marked)} gives ${JSON.stringify(result)}`, () =>
      assert.equal(inserted(marked), result));

  it('knows where a sentence begins', () => {
    for (const left of ['', 'It was. ', 'It was.', '“It was.” ', '- ', '## ', '1. ', 'One.\n- '])
      assert.equal(beginsSentence(left), true, JSON.stringify(left));
    for (const left of ['It ', 'It was, ', 'It (', 'One\ntwo '])
      assert.equal(beginsSentence(left), false, JSON.stringify(left));
  });
});
