import { sentences } from './sentences';
import type { Span } from './span';

/** Two passages that stand next to each other in running prose. */
export interface Joint {
  readonly kind: 'sentence' | 'paragraph';
  readonly first: Span;
  readonly second: Span;
}

/** Marks before a sentence on its line: it is a heading, a list item or a table row. */
const blockMarks = /^[ \t>]*(?:#{1,6}|[-*+]|\d{1,9}[.)]|\|)[ \t|]/;
/** What stands between two sentences of a paragraph, and between two paragraphs. */
const sameParagraph = /^[^\S\n]*(?:\n[^\S\n]*)?$/;
const betweenParagraphs = /^\s+$/;

/**
 * The joints of a text's running prose, in order: each two sentences of a paragraph, and each two paragraphs, as a
 * whole, with only blank lines between them. Headings, list items and table rows join on to nothing, but sentences
 * within one list item do.
 */
export function joints(text: string): Joint[] {
  const found: Joint[] = [];
  const paragraphs: { span: Span; isProse: boolean }[] = [];
  let previous: Span | undefined;
  for (const sentence of sentences(text)) {
    const current = paragraphs.at(-1);
    if (previous && current && sameParagraph.test(text.slice(previous.end, sentence.start))) {
      found.push({ kind: 'sentence', first: previous, second: sentence });
      current.span = { start: current.span.start, end: sentence.end };
    } else paragraphs.push({ span: sentence, isProse: !isMarked(text, sentence.start) });
    previous = sentence;
  }
  for (const [index, { span, isProse }] of paragraphs.entries()) {
    const next = paragraphs[index + 1];
    if (isProse && next?.isProse && betweenParagraphs.test(text.slice(span.end, next.span.start)))
      found.push({ kind: 'paragraph', first: span, second: next.span });
  }
  // A paragraph's own sentences come before what it joins on to.
  return found.sort((a, b) => a.first.end - b.first.end);
}

function isMarked(text: string, start: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return blockMarks.test(line);
}
