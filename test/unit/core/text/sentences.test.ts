import assert from 'node:assert/strict';
import { sentences } from '../../../../src/core/text/sentences';

function read(text: string): string[] {
  return sentences(text).map(({ start, end }) => text.slice(start, end));
}

describe('sentences', () => {
  it('end with their mark and leave white space out', () => {
    assert.deepEqual(read('  One is. Is two?  Three!  '), ['One is.', 'Is two?', 'Three!']);
    assert.deepEqual(read('"Stop!" She left.'), ['"Stop!"', 'She left.']);
    assert.deepEqual(read('你好。再见！ Ça va?'), ['你好。', '再见！', 'Ça va?']);
  });

  it('run over soft line ends, of either kind, but not over blank lines', () => {
    assert.deepEqual(read('This one\r\nwraps. Next.\r\n\r\nNo mark\n \t\nLast'), [
      'This one\r\nwraps.',
      'Next.',
      'No mark',
      'Last',
    ]);
  });

  it('don’t end at abbreviations and initials', () => {
    assert.deepEqual(read('Mr. Smith met Dr. J. R. Watson, e.g. Alice. It rained.'), [
      'Mr. Smith met Dr. J. R. Watson, e.g. Alice.',
      'It rained.',
    ]);
    assert.deepEqual(read('See No. 5 and Fig. 3. He said no. Then he left. It was I. We knew.'), [
      'See No. 5 and Fig. 3.',
      'He said no.',
      'Then he left.',
      'It was I.',
      'We knew.',
    ]);
  });

  it('end with Markdown’s blocks and don’t include their marks', () => {
    const text = [
      '# A heading',
      'Text below it.',
      '- one item',
      '* two. And more',
      '  of it',
      '1. third',
      '> quoted',
      'not quoted',
      'Title',
      '=====',
      '***',
      '- [x] done',
      '| a | b |',
      '|---|:-:|',
    ].join('\n');
    assert.deepEqual(read(text), [
      'A heading',
      'Text below it.',
      'one item',
      'two.',
      'And more\n  of it',
      'third',
      'quoted',
      'not quoted\nTitle',
      'done',
      'a | b |',
    ]);
  });

  it('don’t take dashes, numbers and stars in running text for marks', () => {
    assert.deepEqual(read('-5 degrees. #tag here. *So* it is. In 2024 it was.'), [
      '-5 degrees. #tag here.',
      '*So* it is.',
      'In 2024 it was.',
    ]);
  });

  it('leave out front matter and fenced code', () => {
    assert.deepEqual(read('---\ntitle: A. B.\n---\nBody.\n```js\ncode. more();\n```\nAfter.'), [
      'Body.',
      'After.',
    ]);
  });

  it('are at least one in a text that isn’t blank', () => {
    assert.deepEqual(read(' ---\n'), ['---']);
    assert.deepEqual(read('```\nx\n```'), ['```\nx\n```']);
    assert.deepEqual(read(' \n\t'), []);
    assert.deepEqual(read(''), []);
  });

  it('ascend, don’t overlap and have no white space at their ends, in any text', () => {
    const pieces = [
      'a',
      'B',
      '. ',
      '\n',
      '\r\n',
      '- ',
      '# ',
      '> ',
      '```',
      '---',
      '|',
      ' ',
      '😀',
      '。',
      '1. ',
      '"',
      'é',
    ];
    let seed = 7;
    for (let round = 0; round < 300; round++) {
      let text = '';
      for (let count = 0; count < 25; count++) {
        seed = (seed * 1103515245 + 12345) % 2 ** 31;
        text += pieces[Math.floor((seed / 2 ** 31) * pieces.length)];
      }
      let last = 0;
      for (const { start, end } of sentences(text)) {
        assert(start >= last && end > start && end <= text.length, JSON.stringify(text));
        assert.equal(text.slice(start, end).trim(), text.slice(start, end));
        last = end;
      }
    }
  });

  it('of a long text on one line are found in linear time', () => {
    const text = 'It is so. The dog ran. '.repeat(10_000);
    const started = performance.now();
    assert.equal(sentences(text).length, 20_000);
    assert(performance.now() - started < 3000, `took ${performance.now() - started} ms`);
  });
});
