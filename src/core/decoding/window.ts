/** Overlapping windows over a text that is longer than what a model can see at once. */

/** The tokens `start` to `end` are read; of these, `scoreFrom` to `scoreTo` count. Ends are exclusive. */
export interface Window {
  start: number;
  end: number;
  scoreFrom: number;
  scoreTo: number;
}

/**
 * Windows for a model that sees what is to the left. Each token counts in exactly one window; from the second
 * window on it has at least `minContext` tokens before it in there. Every window but the only one of a short text
 * is full.
 *
 * @param tokens length of the text
 * @param size tokens a window can hold, at least 1
 * @param minContext from 0 to `size - 1`
 */
export function windows(tokens: number, size: number, minContext: number): Window[] {
  return cover(tokens, size, minContext, 0);
}

/**
 * Windows for a model that sees both sides: each token counts in exactly one window and has at least `minContext`
 * tokens before and after it in there, or all that there are in the text.
 *
 * @param minContext from 0 to less than half of `size`
 */
export function windowsBothSides(tokens: number, size: number, minContext: number): Window[] {
  return cover(tokens, size, minContext, minContext);
}

function cover(tokens: number, size: number, left: number, right: number): Window[] {
  if (left < 0 || left + right >= size)
    throw new RangeError(`A window of ${size} tokens has no room for ${left} + ${right} tokens of context.`);
  const result: Window[] = [];
  for (let scoreFrom = 0; scoreFrom < tokens;) {
    // The last window reaches back as far as it can instead of being short.
    const start = Math.max(0, Math.min(scoreFrom - left, tokens - size));
    const end = Math.min(tokens, start + size);
    const scoreTo = end === tokens ? tokens : end - right;
    result.push({ start, end, scoreFrom, scoreTo });
    scoreFrom = scoreTo;
  }
  return result;
}

/** Part of a text with special tokens at its ends, by indices of the text's tokens. */
export interface Excerpt {
  /** What is read: the special tokens of both ends and a run of the text's own between them. */
  readonly indices: readonly number[];
  /** The tokens from this index up to, and without, `countTo` count in this excerpt. */
  readonly countFrom: number;
  readonly countTo: number;
}

/**
 * The excerpts in which a model that sees both sides reads a text: one if it fits, else overlapping ones, in which
 * each token has at least a quarter of what fits on both sides, or all that there is.
 * @param special for each token whether it was put around the text
 * @param size tokens that a window can hold
 */
export function excerpts(special: readonly boolean[], size: number): Excerpt[] {
  const first = Math.max(0, special.indexOf(false));
  const last = special.lastIndexOf(false) + 1;
  const room = Math.max(1, size - first - (special.length - last));
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, index) => from + index);
  return windowsBothSides(Math.max(0, last - first), room, Math.floor((room - 1) / 4)).map((window) => ({
    indices: [
      ...range(0, first),
      ...range(first + window.start, first + window.end),
      ...range(last, special.length),
    ],
    countFrom: first + window.scoreFrom,
    countTo: first + window.scoreTo,
  }));
}
