/** Whether a suggestion is wanted where the cursor stands. */

import { unspaced } from '../text/wordCharacter';

/** Between characters of a script without spaces a word may begin anywhere. */
const wordLike = new RegExp(`(?!${unspaced})[\\p{L}\\p{N}\\p{M}_]`, 'u');

/** What may stand behind the cursor on its line while a suggestion comes by itself: what closes, and the line's end. */
const closing = /^[)\]}>"'”’»*_`.,;:!?…|。，、；：？！」』）】》〉〕］｝．]*\s*$/u;

export interface Caret {
  readonly before: string;
  readonly after: string;
  /** The user has asked; else it comes by itself, while they type. */
  readonly asked: boolean;
}

/**
 * Not within a word, and not before anything was written. While typing, only where little stands behind the cursor:
 * text that is pushed aside at every key can't be read.
 */
export function isPlaceForText({ before, after, asked }: Caret): boolean {
  if (before.trim() === '') return false;
  const feed = after.indexOf('\n');
  const rest = feed < 0 ? after : after.slice(0, feed);
  const behind = /^./su.exec(rest)?.[0] ?? '';
  const isInWord = wordLike.test(behind) && wordLike.test(/.$/su.exec(before)?.[0] ?? '');
  return !isInWord && (asked || closing.test(rest));
}

/**
 * A suggestion beside the list of suggested words: with the word begun before it, where it is or goes on from the word
 * that is selected there; undefined where the two disagree.
 */
export function textAsSelected(begun: string, suggestion: string, selected: string): string | undefined {
  const whole = begun + suggestion;
  return whole.startsWith(selected) ? whole : undefined;
}
