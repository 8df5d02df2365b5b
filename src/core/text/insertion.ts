import { unspaced } from './wordCharacter';

/** The nearest letter on the line is of a script without spaces. */
const unspacedBefore = new RegExp(`${unspaced}[^\\p{L}\\n]*$`, 'u');
const unspacedAfter = new RegExp(`^[^\\p{L}\\n]*${unspaced}`, 'u');

/**
 * The spaces that a word needs on both sides when it is inserted at `offset`, so that it stands apart as words do; none
 * beside a script that has no spaces between words.
 */
export function spacesAround(text: string, offset: number): { before: string; after: string } {
  const left = text.slice(0, offset);
  const right = text.slice(offset);
  const apartBefore = !unspacedBefore.test(left);
  const apartAfter = !unspacedAfter.test(right);
  return {
    // Behind a word, a closing bracket or quote, or punctuation; not behind an opening one, a hyphen or a slash.
    before:
      apartBefore && (/[\p{L}\p{M}\p{N}.,;:!?…)\]}%”’»]$/u.test(left) || /\S["']$/.test(left)) ? ' ' : '',
    after: apartAfter && (/^[\p{L}\p{N}([{“‘«$€£&]/u.test(right) || /^["'*_`]\S/.test(right)) ? ' ' : '',
  };
}

/** Whether a word after `left`, the beginning of its paragraph, begins a sentence. */
export function beginsSentence(left: string): boolean {
  return /(?:^|\n)\s*(?:(?:[-*+>#]+|\d+[.)])\s+)*$|[.!?…]["'”’)\]]*\s*$/u.test(left);
}
