import { forEachSegment } from './segments';

/**
 * Grapheme clusters (UAX #29): what a reader takes for one character. An emoji with its joiners, a letter with
 * its combining marks and CRLF are each one cluster.
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Calls `visit` with the start and end of each grapheme cluster of `text`, in order, in UTF-16 code units.
 * ASCII, most of what a tokenizer sees, is cut here: the segmenter needs about a microsecond a cluster.
 * (The few prepending signs of Arabic and Indic scripts are therefore not joined with a following ASCII letter.)
 */
export function forEachGrapheme(text: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  while (start < text.length) {
    if (standsAlone(text, start)) {
      visit(start, start + 1);
      start++;
      continue;
    }
    let end = start + 1;
    while (end < text.length && !standsAlone(text, end)) end++;
    forEachSegment(segmenter, text, start, end, visit);
    start = end;
  }
}

/** True for an ASCII character that neither joins the one before it nor is joined by the one after it. */
function standsAlone(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit >= 0x80 || unit === 0x0d) return false;
  if (unit === 0x0a && text.charCodeAt(index - 1) === 0x0d) return false;
  return index + 1 === text.length || text.charCodeAt(index + 1) < 0x80;
}
