import { sentences } from '../text/sentences';

/** How far a completion goes: to the end of the sentence or its line, or to the end of the paragraph. */
export type Extent = 'sentence' | 'paragraph';

const wordLike = /[\p{L}\p{N}]/u;
const endOfSentence = /[.!?…。！？]/;

/**
 * Where `text` has reached its extent, as a length of `text`; undefined while it hasn't. A sentence has ended only once
 * the next one has begun, as a period may stand in a number or an abbreviation; one that had ended before the
 * completion began doesn't count.
 * @param before what stands before `text`
 */
export function endOfExtent(before: string, text: string, extent: Extent): number | undefined {
  const beginsLine = /(^|\n)[ \t]*$/.test(before);
  const first = beginsLine ? text.length - text.trimStart().length : 0;
  if (extent === 'paragraph') {
    const blank = /\n[ \t]*\n/.exec(text.slice(first));
    return blank ? first + blank.index : undefined;
  }
  const feed = text.indexOf('\n', first);
  const line = feed < 0 ? text : text.slice(0, feed);
  if (endOfSentence.test(line)) {
    const start = before.lastIndexOf('\n') + 1;
    const found = sentences(before.slice(start) + line);
    const offset = before.length - start;
    for (const { end } of found.slice(0, -1))
      if (end > offset && wordLike.test(line.slice(0, end - offset))) return end - offset;
  }
  return feed < 0 ? undefined : feed;
}
