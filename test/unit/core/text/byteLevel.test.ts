import assert from 'node:assert/strict';
import { bytesOfToken, textOfByteLevelToken, utf8Length } from '../../../../src/core/text/byteLevel';

describe('the byte-level alphabet', () => {
  it('writes a space as Ġ, a line feed as Ċ and printable ASCII as itself', () => {
    assert.deepEqual([...(bytesOfToken('ĠaĊ~') ?? [])], [0x20, 0x61, 0x0a, 0x7e]);
  });

  it('has one character for each byte', () => {
    // GPT-2's vocabulary begins with the 256 in this order: '!' ... '~', '¡' ... '¬', '®' ... 'ÿ', then U+0100 on.
    const range = (from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));
    const alphabet = [
      ...range(0x21, 0x7e),
      ...range(0xa1, 0xac),
      ...range(0xae, 0xff),
      ...range(0x100, 0x143),
    ];
    const bytes = alphabet.map((char) => bytesOfToken(char)?.[0]);
    assert.equal(new Set(bytes).size, 256);
    assert(!bytes.includes(undefined));
  });

  it('reads whole characters, and broken ones as U+FFFD', () => {
    assert.equal(textOfByteLevelToken('ĠcafÃ©'), ' café');
    assert.equal(textOfByteLevelToken('ðŁĺ'), '\ufffd');
    assert.equal(textOfByteLevelToken('ï»¿'), '\ufeff');
  });

  it('leaves alone what is not in the alphabet', () => {
    assert.equal(bytesOfToken('<|end of text|>'), undefined);
    assert.equal(textOfByteLevelToken('a b'), 'a b');
  });

  it('knows the length of UTF-8', () => {
    for (const char of ['a', 'é', '你', '😀'])
      assert.equal(utf8Length(char.codePointAt(0) ?? 0), new TextEncoder().encode(char).length);
  });
});
