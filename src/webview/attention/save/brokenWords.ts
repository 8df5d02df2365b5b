/** A part of a word that stands on one line: UTF-16 offsets in the word. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * The parts of a word that is broken over lines: text without spaces, as Chinese, breaks anywhere.
 * @param topOf of the character between two offsets, where its line is; `undefined` for one that is nowhere
 */
export function runsOf(word: string, topOf: (start: number, end: number) => number | undefined): Run[] {
  const runs: (Run & { top: number })[] = [];
  for (const { segment, index: start } of new Intl.Segmenter().segment(word)) {
    const end = start + segment.length;
    const last = runs.at(-1);
    const top = topOf(start, end) ?? last?.top;
    if (top === undefined) continue;
    // Fonts of one line may differ by a little: a line is higher than that.
    if (last && Math.abs(last.top - top) < 4) runs[runs.length - 1] = { ...last, end };
    else runs.push({ start, end, top });
  }
  return runs.map(({ start, end }) => ({ start, end }));
}
