import type { Joint } from './joints';
import type { Span } from './span';

/** Where a joint is marked: from the last word of the first passage to the first word of the second, with both. */
export function jointRange(text: string, { first, second }: Pick<Joint, 'first' | 'second'>): Span {
  const last = /\S+$/.exec(text.slice(first.start, first.end))?.[0].length ?? 0;
  const next = /^\S+/.exec(text.slice(second.start, second.end))?.[0].length ?? 0;
  return { start: first.end - last, end: second.start + next };
}
