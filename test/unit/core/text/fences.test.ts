import assert from 'node:assert/strict';
import { isInCode } from '../../../../src/core/text/fences';
import { sentences } from '../../../../src/core/text/sentences';

describe('In a Markdown text', () => {
  for (const [what, marked, isCode] of [
    ['prose', 'The old|', false],
    ['fenced code', 'See:\n\n```js\nlet a|', true],
    ['fenced code that is closed below', '```\nlet a|\n```\n', true],
    ['the line that opens a fence', '```js|', true],
    ['the line that closes it', '```\nlet a\n```|', true],
    ['prose behind a fence', '```js\nlet a\n```\nThe old|', false],
    ['fenced code with a shorter fence in it', '````\n```\nlet a\n```\nlet b|', true],
    ['code between tildes', '~~~\n```\n~~~\nThe old|', false],
    ['prose behind code of three backticks on one line', '```let a``` is what\nhe wrote|', false],
    ['code in a list item', '- ```js\n  let a|', true],
    ['prose behind code in a list item', '- ```js\n  let a\n  ```\n- The old|', false],
    ['prose behind a quote that ends with its code open', '> ```\n> let a\n\nThe old|', false],
    ['front matter', '---\ntitle: The old|\n---\n', true],
    ['front matter that is not closed yet', '---\ntitle: The old|', true],
    ['prose behind front matter', '---\r\ntitle: A\r\n---\r\nThe old|', false],
    ['prose behind a rule', '---\n\nThe old|', false],
    ['code with line ends of two characters', '```\r\nlet a\r\n```\r\n\r\nThe old|', false],
  ] as const)
    it(`${JSON.stringify(marked)} is ${what}`, () =>
      assert.equal(isInCode(marked.replace('|', ''), marked.indexOf('|')), isCode));

  it('sentences go on behind code that stands in a list or a line', () => {
    const text = '- ```js\n  let a\n  ```\n\nThe old house.\n\n```let b``` was there.';
    const found = sentences(text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(found, ['The old house.', '```let b``` was there.']);
  });
});
