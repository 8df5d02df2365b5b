/**
 * The ending that shows a word's grammatical form in English, by its spelling: `s`, `ed`, `ing`, `ly`, `er`, `est`;
 * undefined for a word without one, and for words too short to tell. A hint for grouping words, not a parser:
 * "ring" and "bed" are too short to be taken in, "during" is.
 */
export function inflectionOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (lower.length < 5 || /(?:ss|us|is|'s|’s)$/.test(lower))
    return lower.length === 4 && /[^su]s$/.test(lower) ? 's' : undefined;
  return /(?:ing|est|ed|ly|er|s)$/.exec(lower)?.[0];
}
