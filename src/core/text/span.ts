/**
 * Half-open range `[start, end)` of UTF-16 code units in a text, the unit of JavaScript strings and of
 * VS Code's document offsets.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `span` moved by `offset` code units, from a part's own coordinates to those of the whole. */
export function shiftSpan(span: Span, offset: number): Span {
  return { start: span.start + offset, end: span.end + offset };
}
