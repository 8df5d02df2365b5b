/** A place in a text, by what stands around it: the same text gives the same suggestions, in whatever document. */
export interface TextAround {
  /** The text before the cursor, from a place well before it. Line ends are single line feeds. */
  readonly before: string;
  /** The text behind the cursor, as far as the next lines; typing before it doesn't change it. */
  readonly after: string;
}

/** So much of the text before a place has to be the same for it to be the same place. */
const context = 400;

/**
 * What was typed at `earlier` since, when nothing else has changed up to `now`; undefined when something has.
 * Of texts from different beginnings (the window over a long text moves) the common end is compared.
 * @param most the longest text that can have been typed
 */
export function typedSince(earlier: TextAround, now: TextAround, most: number): string | undefined {
  if (earlier.after !== now.after) return undefined;
  const tail = earlier.before.slice(-context);
  for (let length = 0; length <= Math.min(most, now.before.length); length++) {
    const end = now.before.length - length;
    const isSame =
      tail.length < context
        ? end === earlier.before.length && now.before.startsWith(earlier.before)
        : now.before.endsWith(tail, end);
    if (isSame) return now.before.slice(end);
  }
  return undefined;
}
