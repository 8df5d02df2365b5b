/** So many words in a row that come again are a repetition. */
const runLength = 3;

/** How many words before the completion are looked at. */
const reach = 12;

interface Word {
  readonly text: string;
  /** Offset in the completion; negative before it. */
  readonly start: number;
}

/**
 * Where `text` begins to repeat itself or the words just before it: three words in a row that were there already, or
 * one word twice in a row, or twice within a word. An offset of `text`, with the blanks before the repetition left out; undefined without one.
 */
export function startOfRepetition(before: string, text: string): number | undefined {
  const tail = before.slice(-20 * reach);
  const all = tail + text;
  const words = [...all.matchAll(/[\p{L}\p{N}\p{M}'’-]+/gu)].map((match): Word => ({
    text: match[0].toLowerCase(),
    start: match.index - tail.length,
  }));
  const first = words.findIndex(({ start, text: word }) => start + word.length > 0);
  if (first < 0) return undefined;
  const seen = words.slice(Math.max(0, first - reach));
  const skipped = Math.min(first, reach);
  const runs = new Set<string>();
  for (let at = 0; at < seen.length; at++) {
    const word = seen[at]!;
    const written = at >= skipped && word.start >= 0;
    const isDouble = word.text === seen[at - 1]?.text && /\p{L}/u.test(word.text);
    const run = seen.slice(at, at + runLength).map(({ text: part }) => part);
    const key = run.join(' ');
    const isRun = run.length === runLength && runs.has(key);
    const stutters = /(\p{L}{4,})\1/u.test(word.text);
    if (written && (isDouble || isRun || stutters)) return text.slice(0, word.start).trimEnd().length;
    if (run.length === runLength) runs.add(key);
  }
  return undefined;
}
