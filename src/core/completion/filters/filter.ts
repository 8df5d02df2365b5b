import type { Extent } from '../extent';

/** Where a suggestion is to stand. Line ends are single line feeds. */
export interface Surroundings {
  /** The text before the cursor, from a place well before it. */
  readonly before: string;
  /** The text behind the cursor, as far as the next lines. */
  readonly after: string;
  readonly extent: Extent;
  /** False when the model was stopped before it had come to an end. */
  readonly finished: boolean;
}

/** Makes a suggestion better, shorter, or empty where nothing is left to suggest. Pure. */
export type Filter = (suggestion: string, where: Surroundings) => string;

/** The part of the cursor's line that stands before it. */
export function lineBefore({ before }: Surroundings): string {
  return before.slice(before.lastIndexOf('\n') + 1);
}

/** The part of the cursor's line that stands behind it. */
export function lineAfter({ after }: Surroundings): string {
  const feed = after.indexOf('\n');
  return feed < 0 ? after : after.slice(0, feed);
}
