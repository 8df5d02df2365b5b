/** Which part of a document the view shows while it follows its cursor and edits. */
import { paragraphAt, trimmed } from '../../core/text/paragraph';
import type { Span } from '../../core/text/span';
import type { Token } from '../../core/text/token';
import type { TextChange } from '../../core/text/changes';
import type { AttentionWindow } from '../../protocol/engine';

/** What is shown of a document, as it stands there now. */
export interface Shown extends Span {
  /** Whether it was a paragraph that was shown, and no selection. */
  readonly isParagraph: boolean;
}

/** Whether a span is just a paragraph. */
export function isParagraph(text: string, span: Span): boolean {
  const { start, end } = paragraphAt(text, span.start);
  return start === span.start && end === span.end;
}

/**
 * What to show after the selection moved: the selection itself; with none, the paragraph at the cursor, or the former
 * selection while the cursor is in it. On a blank line it is the paragraph that is shown. `undefined` where there is
 * no text.
 * @param selection start and end, UTF-16 offsets; the same for a mere cursor
 */
export function spanToShow(text: string, selection: Span, shown: Shown | undefined): Span | undefined {
  if (selection.end > selection.start) return nonEmpty(trimmed(text, selection));
  const cursor = selection.start;
  if (shown && !shown.isParagraph && cursor >= shown.start && cursor <= shown.end)
    return nonEmpty(trimmed(text, shown));
  return (
    nonEmpty(paragraphAt(text, cursor)) ??
    (shown?.isParagraph ? nonEmpty(paragraphAt(text, shown.start)) : undefined)
  );
}

/**
 * Where a span is after edits: it moves with those before it and takes in those that touch it.
 * @param changes all in the coordinates of the text before any of them, as one change event gives them
 */
export function grownSpan({ start, end }: Span, changes: readonly TextChange[]): Span {
  let [from, to] = [start, end];
  for (const { rangeOffset, rangeLength, text } of changes) {
    const by = text.length - rangeLength;
    const changeEnd = rangeOffset + rangeLength;
    if (changeEnd < start) [from, to] = [from + by, to + by];
    else if (rangeOffset <= end) {
      // An edit over the start takes its new text in.
      if (rangeOffset < start) from -= start - rangeOffset;
      to += by + Math.max(0, changeEnd - end);
    }
  }
  return { start: Math.max(from, 0), end: Math.max(to, from, 0) };
}

/**
 * The token at the cursor: the one before it, which is being written, or the one behind it where a space or nothing
 * stands before. -1 where there is no token of the text.
 * @param offset of the cursor in `text`, UTF-16
 */
export function tokenAtCursor(text: string, tokens: readonly Token[], offset: number): number {
  const at = /\S/.test(text.charAt(offset - 1)) ? offset - 1 : offset;
  const found = tokens.findIndex(({ start, end, special }) => !special && start <= at && at < end);
  return found >= 0 ? found : tokens.findLastIndex(({ start, special }) => !special && start <= at);
}

/** Whether a window over a text shows an offset of it. White space at the text's ends belongs to the outer windows. */
export function isInWindow({ index, count, start, end }: AttentionWindow, offset: number): boolean {
  return (index === 0 || offset >= start) && (index === count - 1 || offset <= end);
}

function nonEmpty(span: Span): Span | undefined {
  return span.end > span.start ? span : undefined;
}
