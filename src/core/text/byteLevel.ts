/**
 * The alphabet of byte-level BPE (Radford et al. 2019, `bytes_to_unicode` in OpenAI's GPT-2 encoder.py): every
 * byte is one printable character, bytes that are printable in Latin-1 by themselves, the others from U+0100 on.
 */
const charOfByte: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const byteOfChar = new Map(charOfByte.map((char, byte) => [char, byte]));

/** The bytes that the characters of a byte-level token stand for; undefined where one isn't in the alphabet. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index++) {
    const byte = byteOfChar.get(token.charAt(index));
    if (byte === undefined) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text a byte-level token stands for; bytes that aren't whole characters read as U+FFFD. */
export function textOfByteLevelToken(token: string): string {
  const bytes = bytesOfToken(token);
  return bytes === undefined ? token : utf8.decode(bytes);
}

/** How many bytes the UTF-8 form of a code point has. */
export function utf8Length(codePoint: number): 1 | 2 | 3 | 4 {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
