import type { Span } from './span';

/** A letter, digit or accent. */
const letter = /[\p{L}\p{N}\p{M}]/u;
/** Of scripts that write words together. */
const together =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const inWord = (character: string): boolean => letter.test(character) && !together.test(character);

/**
 * A function that widens a range of tokens to whole words: as long as a word goes on from one token to the next.
 * Scripts that write words together have no such ends, and their tokens are left as they are.
 */
export function wordsOfTokens(
  text: string,
  tokens: readonly Span[],
): (first: number, last: number) => { first: number; last: number } {
  /** Whether the token belongs to the word of the one before it. */
  const goesOn = tokens.map(({ start }, index) => {
    const before = tokens[index - 1];
    if (!before || before.end < start) return false;
    // Tokens that share a character have the same span.
    if (before.end > start) return true;
    return inWord(text.slice(start - 1, start)) && inWord(text.slice(start, start + 1));
  });
  return (first, last) => {
    while (goesOn[first]) first--;
    while (goesOn[last + 1]) last++;
    return { first, last };
  };
}
