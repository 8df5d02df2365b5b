import type { Span } from './span';

/** A text with a mark in the place of what is hidden. */
export interface HiddenText {
  readonly text: string;
  /** Where the mark stands in it. */
  readonly mark: Span;
  /** The offset, in the text without the mark, of one in the text with it. */
  original(offset: number): number;
  /** What stands before the mark. */
  readonly left: string;
}

/**
 * Puts a mark in the place of a part of a text. In the place of nothing, between two words, it is set apart from them
 * by spaces: a word is to be predicted there.
 */
export function hide(text: string, hidden: Span, mark: string): HiddenText {
  const [left, right] = [text.slice(0, hidden.start), text.slice(hidden.end)];
  const isEmpty = hidden.end === hidden.start;
  const before = isEmpty && /\S$/.test(left) ? ' ' : '';
  const after = isEmpty && /^[\p{L}\p{N}]/u.test(right) ? ' ' : '';
  const inserted = before.length + mark.length + after.length;
  const start = left.length + before.length;
  return {
    text: left + before + mark + after + right,
    mark: { start, end: start + mark.length },
    left: left + before,
    original(offset) {
      if (offset <= left.length) return offset;
      const behind = offset - left.length - inserted;
      return behind >= 0 ? hidden.end + behind : hidden.start;
    },
  };
}
