import { lineAfter, type Filter } from './filter';

/** Fewer characters than this at the end of a suggestion may be there by chance, unless they are punctuation. */
const shortest = 4;

/**
 * Doesn't repeat what stands behind the cursor: leaves out the end that the rest of the line begins with, and ends
 * before a line that is the next one of the text.
 */
export const noSuffix: Filter = (suggestion, where) => {
  const rest = lineAfter(where).trimEnd();
  const next = where.after
    .slice(lineAfter(where).length)
    .split('\n')
    .find((line) => line.trim() !== '');
  const lines = suggestion.split('\n');
  const repeated = lines.findIndex((line) => next !== undefined && isSameText(line, next));
  const kept = repeated < 0 ? suggestion : lines.slice(0, repeated).join('\n');
  return rest === '' ? kept : kept.slice(0, kept.length - overlap(kept, rest));
};

/** The length of the longest end of `text` with which `rest` begins. */
function overlap(text: string, rest: string): number {
  const trimmed = text.trimEnd();
  const blanks = text.length - trimmed.length;
  const begin = rest.trimStart();
  for (let length = Math.min(trimmed.length, begin.length); length > 0; length--) {
    const end = trimmed.slice(-length);
    if (!begin.startsWith(end)) continue;
    if (length >= shortest || length === begin.length || !/[\p{L}\p{N}\s]/u.test(end)) return blanks + length;
  }
  return 0;
}

function isSameText(a: string, b: string): boolean {
  const plain = (text: string): string => text.trim().toLowerCase();
  return (
    plain(a) !== '' && (plain(a) === plain(b) || (plain(a).length > 12 && plain(b).startsWith(plain(a))))
  );
}
