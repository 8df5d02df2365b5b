import type { Span } from './span';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * The word at `offset`, or the one that ends there; empty, at `offset`, where there is none. What a word is, in any
 * script, is Unicode's to say (UAX #29).
 */
export function wordAt(text: string, offset: number): Span {
  // A word never runs across a line end.
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const feed = text.indexOf('\n', offset);
  const line = text.slice(offset === 0 ? 0 : start, feed < 0 ? text.length : feed);
  const segments = segmenter.segment(line);
  const base = offset === 0 ? 0 : start;
  for (const at of [offset - base, offset - base - 1]) {
    const found = at < 0 ? undefined : segments.containing(at);
    if (found?.isWordLike)
      return { start: base + found.index, end: base + found.index + found.segment.length };
  }
  return { start: offset, end: offset };
}
