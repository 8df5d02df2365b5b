import type { Span } from './span';

/** A text whose lines end in a line feed alone. */
export interface LineFeedText {
  readonly text: string;
  /** The span, in the text as it was written, of a span in this one. */
  readonly toWritten: (span: Span) => Span;
}

/**
 * Windows ends lines in a carriage return and a line feed, which vocabularies of bytes read as two tokens: the same text
 * would be another one to the model there.
 */
export function withLineFeeds(written: string): LineFeedText {
  const text = written.replaceAll('\r\n', '\n');
  if (text.length === written.length) return { text, toWritten: (span) => span };
  /** Where `text` has a line feed that was two characters. */
  const feeds: number[] = [];
  for (let at = written.indexOf('\r\n'); at >= 0; at = written.indexOf('\r\n', at + 2))
    feeds.push(at - feeds.length);
  const offset = (at: number): number => at + countBelow(feeds, at);
  return { text, toWritten: ({ start, end }) => ({ start: offset(start), end: offset(end) }) };
}

/** How many of the ascending `values` are less than `limit`. */
function countBelow(values: readonly number[], limit: number): number {
  let from = 0;
  let to = values.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle]! < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
