import type { Span } from './span';

/** A span that gives way to `text`. */
export interface Replacement extends Span {
  readonly text: string;
}

/** `text` with every replacement made; their spans don't overlap and are in the coordinates of `text`. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text: instead } of [...replacements].sort((a, b) => a.start - b.start)) {
    result += text.slice(from, start) + instead;
    from = end;
  }
  return result + text.slice(from);
}
