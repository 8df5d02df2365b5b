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

/**
 * The same for many spans that ascend, in linear time; several may be at one place, as the bytes of an emoji are. A
 * span that is lost is left out; the others are moved in place.
 * @returns the spans that are left
 */
export function moveSpans<T extends { start: number; end: number }>(
  spans: readonly T[],
  changes: readonly TextChange[],
): T[] {
  const ascending = [...changes].sort((a, b) => a.rangeOffset - b.rangeOffset);
  const left: T[] = [];
  let shift = 0;
  let next = 0;
  for (const span of spans) {
    for (; next < ascending.length; next++) {
      const { rangeOffset, rangeLength, text } = ascending[next]!;
      if (rangeOffset + rangeLength >= span.start) break;
      shift += text.length - rangeLength;
    }
    // A change that comes next may reach over several spans.
    const change = ascending[next];
    if (change && change.rangeOffset <= span.end) continue;
    span.start += shift;
    span.end += shift;
    left.push(span);
  }
  return left;
}
