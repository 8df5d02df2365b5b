import type { Tokenizer } from './tokenizer';

/** What a token can be of a word that a reader would write. */
export interface WordPieces {
  /** It is text: not a special token, not white space, not a part of a character. */
  isReadable(id: number): boolean;
  /** It can stand where a word begins: behind white space, or at the beginning of a text. */
  canBegin(id: number, left: string): boolean;
  /** It is letters or digits, with apostrophes and hyphens. */
  isWordLike(id: number): boolean;
  /** It goes on with the word that the token before it belongs to. */
  continues(id: number): boolean;
}

const known = new WeakMap<Tokenizer, WordPieces>();

/** The vocabulary of `tokenizer` by what its tokens can be of words; looked through once. */
export function wordPieces(tokenizer: Tokenizer): WordPieces {
  let pieces = known.get(tokenizer);
  if (!pieces) known.set(tokenizer, (pieces = lookThrough(tokenizer)));
  return pieces;
}

const readable = 1;
const wordLike = 2;
const continuing = 4;

function lookThrough(tokenizer: Tokenizer): WordPieces {
  const flags = Uint8Array.from({ length: tokenizer.vocabularySize }, (_, id) => {
    if (tokenizer.isSpecial(id)) return 0;
    const text = tokenizer.tokenText(id).trim();
    if (text === '' || /\ufffd|^\[unused\d+\]$/.test(text)) return 0;
    return (
      readable |
      (/^[\p{L}\p{M}\p{N}'’-]+$/u.test(text) ? wordLike : 0) |
      (tokenizer.continuesWord(id) ? continuing : 0)
    );
  });
  const has = (id: number, flag: number): boolean => (flags[id]! & flag) !== 0;
  return {
    isReadable: (id) => has(id, readable),
    isWordLike: (id) => has(id, wordLike),
    continues: (id) => has(id, continuing),
    canBegin(id, left) {
      if (left !== '' && !/\s$/.test(left)) return true;
      // At the beginning of a text, vocabularies that mark word starts by a space leave it out.
      if (left === '' && tokenizer.kind !== 'wordpiece') return true;
      return !has(id, continuing);
    },
  };
}
