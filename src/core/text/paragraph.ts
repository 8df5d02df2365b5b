import type { Span } from './span';

/**
 * The paragraph around `offset`: the lines up to the next blank ones, without white space at either end. Empty,
 * at `offset`, when the line itself is blank.
 */
export function paragraphAt(text: string, offset: number): Span {
  let start = lineStart(text, offset);
  let end = lineEnd(text, offset);
  if (isBlank(text, start, end)) return { start: offset, end: offset };
  while (start > 0) {
    const previous = lineStart(text, start - 1);
    if (isBlank(text, previous, start - 1)) break;
    start = previous;
  }
  while (end < text.length) {
    const next = lineEnd(text, end + 1);
    if (isBlank(text, end + 1, next)) break;
    end = next;
  }
  return trimmed(text, { start, end });
}

/** `span` without the white space at its ends; an all-white span shrinks to its start. */
export function trimmed(text: string, span: Span): Span {
  let { start, end } = span;
  while (end > start && isWhite(text, end - 1)) end--;
  while (start < end && isWhite(text, start)) start++;
  return { start, end };
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset of the line feed that ends the line, or of the text's end. A carriage return counts as white space. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isWhite(text, i)) return false;
  return true;
}

function isWhite(text: string, index: number): boolean {
  return /\s/.test(text.charAt(index));
}
