import assert from 'node:assert/strict';
import { alignText, originalSpan } from '../../../../src/core/text/alignedText';
import {
  alignByText,
  alignTokens,
  alignWords,
  type TokenForm,
  type WordForm,
} from '../../../../src/core/text/alignment';

const plain: WordForm = { byteLevel: false, dropsSpaces: false };

/** The text behind each word. */
function words(text: string, given: string[], form: WordForm): string[] {
  const aligned = alignWords(alignText(text), given, form);
  assert(aligned, 'a word was not found');
  return aligned.map((word, index) => {
    assert.equal(word.text, given[index]);
    assert.equal(word.starts.length, word.text.length);
    const { start, end } = originalSpan(word, 0, word.text.length);
    return text.slice(start, end);
  });
}

/** The text behind each token of a word. */
function tokens(word: string, given: string[], form: TokenForm): string[] {
  return alignTokens(alignText(word), given, form).map(({ start, end }) => word.slice(start, end));
}

describe('aligning words', () => {
  it('follows words through dropped white space', () => {
    assert.deepEqual(words(' the\t cat,\r\nthe dog', ['the', 'cat', ',', 'the', 'dog'], plain), [
      'the',
      'cat',
      ',',
      'the',
      'dog',
    ]);
  });

  it('reads the byte-level alphabet, each byte with its character', () => {
    const form: WordForm = { byteLevel: true, dropsSpaces: false };
    assert.deepEqual(words('Hi 😀\n', ['Hi', 'ĠðŁĺĢ', 'Ċ'], form), ['Hi', ' 😀', '\n']);
    const [, word] = alignWords(alignText('Hi 😀'), ['Hi', 'ĠðŁĺĢ'], form) ?? [];
    assert.deepEqual(word?.starts, [2, 3, 3, 3, 3]);
    assert.deepEqual(word?.ends, [3, 5, 5, 5, 5]);
  });

  it('gives a space put before the first word to its first character', () => {
    const [word] = alignWords(alignText('say say'), ['Ġsay', 'Ġsay'], {
      byteLevel: true,
      dropsSpaces: false,
    })!;
    assert.deepEqual(word?.starts, [0, 0, 1, 2]);
    assert.deepEqual(word?.ends, [1, 1, 2, 3]);
  });

  it('takes ▁ for a space, for one put there and for itself', () => {
    const kept: WordForm = { byteLevel: false, space: '▁', dropsSpaces: false };
    assert.deepEqual(words('a b▁c', ['▁a', '▁b', '▁c'], kept), ['a', ' b', '▁c']);
    const dropped: WordForm = { ...kept, dropsSpaces: true };
    assert.deepEqual(words('a  b ▁c', ['▁a', '▁b', '▁c'], dropped), ['a', 'b', '▁c']);
  });

  it('says so when a word is not there', () => {
    assert.equal(alignWords(alignText('a b'), ['a', 'c'], plain), undefined);
  });
});

describe('aligning tokens', () => {
  const wordPiece: TokenForm = { continuingPrefix: '##', unknown: '[UNK]' };

  it('follows pieces of a word', () => {
    assert.deepEqual(tokens('unaffable', ['un', '##aff', '##able'], wordPiece), ['un', 'aff', 'able']);
  });

  it('takes ## at the beginning of a word for itself', () => {
    assert.deepEqual(tokens('##', ['##'], wordPiece), ['##']);
  });

  it('gives an unknown word its whole span', () => {
    assert.deepEqual(tokens('☃☃x', ['[UNK]'], wordPiece), ['☃☃x']);
  });

  it('ends an unknown part where the next token fits, single ones at one character', () => {
    const form: TokenForm = { unknown: '<unk>' };
    assert.deepEqual(tokens('a☃☃b', ['a', '<unk>', 'b'], form), ['a', '☃☃', 'b']);
    assert.deepEqual(tokens('a😀☃b', ['a', '<unk>', '<unk>', 'b'], form), ['a', '😀', '☃', 'b']);
  });

  it('gives each byte of a fallback the span of its character', () => {
    const form: TokenForm = { byteFallback: true };
    assert.deepEqual(
      tokens('aé😀', ['a', '<0xC3>', '<0xA9>', '<0xF0>', '<0x9F>', '<0x98>', '<0x80>'], form),
      ['a', 'é', 'é', '😀', '😀', '😀', '😀'],
    );
  });

  it('takes the mark of a word end off', () => {
    assert.deepEqual(tokens('lower', ['low', 'er</w>'], { endOfWordSuffix: '</w>' }), ['low', 'er']);
  });
});

describe('aligning by the tokens’ texts alone', () => {
  it('finds tokens whatever their case, accents and form', () => {
    const text = 'Café ﬁne, ＯＫ';
    const found = alignByText(text, ['cafe', ' fine', ',', ' ok']);
    assert.deepEqual(
      found.map(({ start, end }) => text.slice(start, end)),
      ['Café', 'ﬁne', ',', 'ＯＫ'],
    );
  });

  it('gives what it can’t find the gap it stands in', () => {
    const text = 'one ☃ two';
    const found = alignByText(text, ['one', '<unk>', 'two', 'nowhere']);
    assert.deepEqual(
      found.map(({ start, end }) => text.slice(start, end)),
      ['one', ' ☃ ', 'two', ''],
    );
  });

  it('ascends and stays in the text for any tokens', () => {
    const text = 'some text 😀 with e\u0301';
    for (const given of [
      ['x', 'y'],
      ['text', 'some', 'text'],
      ['', ' ', '😀', '�', 'E', '\u0301'],
      ['e', 'e', 'e', 'e', 'e', 'e'],
    ]) {
      let last = { start: 0, end: 0 };
      for (const span of alignByText(text, given)) {
        assert(span.start >= last.start && span.end >= last.end, `${given.join('|')} descends`);
        assert(span.start <= span.end && span.end <= text.length);
        last = span;
      }
    }
  });
});
