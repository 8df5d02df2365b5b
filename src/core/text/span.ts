/**
 * Half-open range `[start, end)` of UTF-16 code units in a text, the unit of JavaScript strings and of
 * VS Code's document offsets.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The part of `text` that `span` covers. */
export function textAt(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** `span` moved by `offset` code units, from a part's own coordinates to those of the whole. */
export function shiftSpan(span: Span, offset: number): Span {
  return { start: span.start + offset, end: span.end + offset };
}
