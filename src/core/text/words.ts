import type { Span } from './span';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** How far around an offset a word is looked for, in UTF-16 code units. */
const reach = 200;

/**
 * The word at `offset`, or else the one that ends there; empty, at `offset`, where there is none. What a word is,
 * in any script, is Unicode's to say (UAX #29).
 */
export function wordAt(text: string, offset: number): Span {
  // No word runs across a line end; the segmenter would take long for a long line.
  const start = Math.max(text.slice(0, offset).lastIndexOf('\n') + 1, offset - reach);
  const feed = text.indexOf('\n', offset);
  const end = Math.min(feed < 0 ? text.length : feed, offset + reach);
  const segments = segmenter.segment(text.slice(start, end));
  for (const at of [offset - start, offset - start - 1]) {
    const found = at < 0 ? undefined : segments.containing(at);
    if (found?.isWordLike)
      return { start: start + found.index, end: start + found.index + found.segment.length };
  }
  return { start: offset, end: offset };
}
