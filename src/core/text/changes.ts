import type { Span } from './span';

/** One replacement in a text, named as in VS Code's change events: `rangeLength` UTF-16 units give way to `text`. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/**
 * Where `span` stands after `changes`, or `undefined` when one of them reaches into it or touches its ends (its
 * text, or what it runs into, is no longer what it was).
 * @param changes all in the coordinates of the text before any of them, as one change event gives them
 */
export function moveSpan(span: Span, changes: readonly TextChange[]): Span | undefined {
  let shift = 0;
  for (const { rangeOffset, rangeLength, text } of changes) {
    if (rangeOffset + rangeLength < span.start) shift += text.length - rangeLength;
    else if (rangeOffset <= span.end) return undefined;
  }
  return { start: span.start + shift, end: span.end + shift };
}
