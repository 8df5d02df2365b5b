import type { Span } from './span';

/** The parts of a text that are seen: each run of seen tokens as one span, from its first to its last. */
export function seenSpans(tokens: readonly (Span & { readonly seen: boolean })[]): Span[] {
  const spans: { start: number; end: number }[] = [];
  let wasSeen = false;
  for (const { start, end, seen } of tokens) {
    const last = spans.at(-1);
    if (seen && wasSeen && last) last.end = Math.max(last.end, end);
    else if (seen && end > start) spans.push({ start, end });
    wasSeen = seen;
  }
  return spans;
}
