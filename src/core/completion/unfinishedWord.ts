import { wordCharacter } from '../text/wordCharacter';

/** A text cut where a model can go on from it. */
export interface CutText {
  /** What the model reads. */
  readonly prompt: string;
  /** What it has to write first: the last word, or the blank before the next; may be empty. */
  readonly required: string;
}

/** Longer than any word that is worth writing again, in UTF-16 units. */
const longestWord = 32;

/**
 * Letters, digits and what joins them, with the space before. Scripts that put no spaces between words have no word
 * to write again: what a model reads of them ends nearly anywhere.
 */
const lastWord = new RegExp(`[ \\u00a0]?(?:${wordCharacter})+$`, 'u');

/**
 * Cuts `text` before its last word, which may be unfinished, or before the blanks at its end: tokens begin with the
 * space before a word, so a prompt that ends within a word or in a space is unlike anything that a model has read.
 */
export function cutUnfinishedWord(text: string): CutText {
  const bare = text.replace(/[ \t\u00a0]+$/, '');
  if (bare.length < text.length)
    // At the beginning of a line it is an indentation, which is read as it is.
    return /(^|\n)$/.test(bare) ? { prompt: text, required: '' } : { prompt: bare, required: ' ' };
  const word = lastWord.exec(text)?.[0];
  if (word === undefined || word.length > longestWord) return { prompt: text, required: '' };
  return { prompt: text.slice(0, text.length - word.length), required: word };
}
