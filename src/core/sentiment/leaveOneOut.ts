import type { Span } from '../text/span';
import { forEachSegment } from '../text/segments';

const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/** True of what isn't mere punctuation. */
const speaks = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** A text without one of its words. */
export interface Without {
  /** The word that was left out, as a span of the whole text. */
  readonly word: Span;
  readonly text: string;
}

/**
 * The text without each of its words in turn, with the white space before it, or after it at the beginning; none
 * where no word would be left. What a word is, in any script, is Unicode's to say (UAX #29). What a verdict loses by it is how much the word tips it
 * (occlusion; Li, Monroe and Jurafsky 2016, "Understanding Neural Networks through Representation Erasure").
 *
 * One after the other: all at once, the texts without each word of a long one take many times its memory.
 */
export function* leaveOneOut(text: string): Generator<Without> {
  const found: Span[] = [];
  forEachSegment(words, text, 0, text.length, (start, end) => {
    if (speaks.test(text.slice(start, end))) found.push({ start, end });
  });
  for (const word of found) {
    const before = text.slice(0, word.start);
    const after = text.slice(word.end);
    const rest = before.trim() === '' ? after.trimStart() : before.trimEnd() + after;
    if (speaks.test(rest)) yield { word, text: rest };
  }
}
