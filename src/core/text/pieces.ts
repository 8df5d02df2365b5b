import { trimmed } from './paragraph';
import { sentences } from './sentences';
import type { Span } from './span';

/**
 * The parts in which a long text is rewritten, as spans without white space at their ends: the whole when it has no
 * more than `limit` UTF-16 units, else its paragraphs, and of a paragraph that is longer, as many sentences at once as
 * fit. A sentence is never cut.
 */
export function pieces(text: string, limit: number): Span[] {
  const whole = trimmed(text, { start: 0, end: text.length });
  if (whole.start === whole.end) return [];
  if (whole.end - whole.start <= limit) return [whole];
  return paragraphs(text).flatMap((paragraph) =>
    paragraph.end - paragraph.start <= limit ? [paragraph] : bySentences(text, paragraph, limit),
  );
}

function paragraphs(text: string): Span[] {
  const found: Span[] = [];
  let start = 0;
  for (const blank of text.matchAll(/\r?\n(?:[^\S\n]*\r?\n)+/g)) {
    found.push(trimmed(text, { start, end: blank.index }));
    start = blank.index + blank[0].length;
  }
  found.push(trimmed(text, { start, end: text.length }));
  return found.filter((paragraph) => paragraph.start < paragraph.end);
}

function bySentences(text: string, paragraph: Span, limit: number): Span[] {
  const found: { start: number; end: number }[] = [];
  // What stands before the first sentence, a list's mark say, goes with it.
  let start = paragraph.start;
  for (const { end } of sentences(text.slice(paragraph.start, paragraph.end))) {
    const until = paragraph.start + end;
    const last = found.at(-1);
    if (last && until - last.start <= limit) last.end = until;
    else found.push(trimmed(text, { start, end: until }));
    start = until;
  }
  const last = found.at(-1);
  if (last) last.end = paragraph.end;
  return last ? found : [paragraph];
}
