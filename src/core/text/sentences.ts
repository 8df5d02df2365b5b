import { closesFence, endOfFrontMatter, fenceAfter, type Fence } from './fences';
import { trimmed } from './paragraph';
import { forEachSegment } from './segments';
import type { Span } from './span';

/**
 * The sentences of a text, prose or Markdown, as spans without white space at their ends; they ascend and don't
 * overlap. A sentence may run over line ends, but ends with its paragraph, heading, list item or table row, whose
 * marks (`#`, `-`, `1.`, `>`) it doesn't include. Front matter, fenced code, rules and underlines have none.
 * A text that isn't blank has at least one.
 */
export function sentences(text: string): Span[] {
  return [...sentenceGroups(text)].flat();
}

/** The same, paragraph by paragraph, for callers that do other things in between: a long text takes its time. */
export function* sentenceGroups(text: string): Generator<Span[]> {
  let any = false;
  for (const block of blocks(text)) {
    const found = sentencesOfBlock(text, block);
    any ||= found.length > 0;
    yield found;
  }
  if (any) return;
  const whole = trimmed(text, { start: 0, end: text.length });
  if (whole.start < whole.end) yield [whole];
}

/** Marks at the beginning of a line that make it a block of its own: quotes, a heading, a list item, a table row. */
const blockMark =
  /^(?:[ \t]*>)*[ \t]*(?:#{1,6}(?=[ \t]|$)|(?:[-*+]|\d{1,9}[.)])(?:[ \t]+\[[ xX]\])?(?=[ \t]|$)|\|)/;
const quoteMark = /^(?:[ \t]*>)+/;
/** A rule, the underline of a heading, the rule of a table. */
const rule = /^[ \t]*(?:(?:[-*_=][ \t]*){3,}|=+|-+|\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?)[ \t]*$/;

/** The parts of the text that sentences don't run across. */
function* blocks(text: string): Generator<Span> {
  let open: { start: number; end: number } | undefined;
  let fence: Fence | undefined;
  let isHeading = false;
  let isQuote = false;
  for (const line of lines(text, endOfFrontMatter(text))) {
    const content = text.slice(line.start, line.end);
    const before = fence;
    fence = fenceAfter(before, content);
    if (fence) {
      if (open) yield open;
      open = undefined;
      continue;
    }
    if (before && closesFence(content)) continue;
    if (content.trim() === '' || rule.test(content)) {
      if (open) yield open;
      open = undefined;
      continue;
    }
    const marks = blockMark.exec(content)?.[0];
    const quote = quoteMark.exec(content)?.[0];
    if (marks !== undefined || isHeading || (quote !== undefined) !== isQuote) {
      if (open) yield open;
      open = undefined;
    }
    isHeading = marks?.trimEnd().endsWith('#') === true;
    isQuote = quote !== undefined;
    open ??= { start: line.start + (marks ?? quote ?? '').length, end: 0 };
    open.end = line.end;
  }
  if (open) yield open;
}

/** The lines from `from` on, without their line ends. */
function* lines(text: string, from: number): Generator<Span> {
  for (let start = from; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    yield { start, end: end > start && text[end - 1] === '\r' ? end - 1 : end };
    start = end + 1;
  }
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

function sentencesOfBlock(text: string, block: Span): Span[] {
  // Line ends within a block are soft; to the segmenter every line end is the end of a sentence.
  const line = text.slice(block.start, block.end).replace(/[\r\n\u2028]/g, ' ');
  const found: Span[] = [];
  let start = 0;
  forEachSegment(segmenter, line, 0, line.length, (_, end) => {
    if (end < line.length && endsWithAbbreviation(line.slice(start, end), line[end])) return;
    const sentence = trimmed(line, { start, end });
    if (sentence.start < sentence.end)
      found.push({ start: block.start + sentence.start, end: block.start + sentence.end });
    start = end;
  });
  return found;
}

/** Abbreviations that a name or an example follows, so that their period ends no sentence. */
const abbreviations = new Set(
  (
    'mr mrs ms dr prof st rev hon gen col capt lt sgt gov sen rep messrs mme mlle ' +
    'e.g i.e cf viz vs approx ca resp incl esp z.b d.h bzw vgl'
  ).split(' '),
);

/** Abbreviations that a number follows; before anything else the period ends the sentence ("He said no."). */
const numbered = new Set('no nos nr fig figs eq eqs sec ch vol p pp art'.split(' '));

/** True for `... Mr.`, for `No.` before a number and for initials as in `J. R. R. Tolkien`. */
function endsWithAbbreviation(sentence: string, next: string | undefined): boolean {
  const word = /(?:^|[\s([{"'\u2018\u201c])((?:\p{L}\.)*\p{L}+)\.\s*$/u.exec(sentence)?.[1];
  if (word === undefined) return false;
  // "I" is the one capital that is a word of its own at the end of sentences.
  if (/^\p{Lu}$/u.test(word)) return word !== 'I';
  const lower = word.toLowerCase();
  return abbreviations.has(lower) || (numbered.has(lower) && /^\p{Nd}/u.test(next ?? ''));
}
