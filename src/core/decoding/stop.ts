/** Stop strings over text that comes in pieces. */

/**
 * Watches streamed text for stop strings. Text that may be the beginning of one is held back until that is
 * decided. The match that is complete first counts, and of several that end there the longest: the result doesn't
 * depend on how the text was cut into pieces.
 */
export class StopStrings {
  private held = '';
  private found = false;

  /** @param stop none of them empty */
  constructor(private readonly stop: readonly string[]) {}

  /** True as soon as a stop string was seen; whatever comes after it is dropped. */
  get stopped(): boolean {
    return this.found;
  }

  /** Takes the next piece and returns the text that is now certain, without the stop string. */
  push(piece: string): string {
    if (this.found) return '';
    const text = this.held + piece;
    const cut = this.firstMatch(text);
    if (cut !== undefined) {
      this.found = true;
      this.held = '';
      return text.slice(0, cut);
    }
    const certain = text.length - this.possibleBeginning(text);
    this.held = text.slice(certain);
    return text.slice(0, certain);
  }

  /** At the end of the text: returns what is still held back. */
  end(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }

  /** Where the match that ends first begins. */
  private firstMatch(text: string): number | undefined {
    let cut: number | undefined;
    let earliestEnd = Infinity;
    for (const stop of this.stop) {
      const start = text.indexOf(stop);
      if (start < 0) continue;
      const end = start + stop.length;
      if (end > earliestEnd || (end === earliestEnd && start >= cut!)) continue;
      earliestEnd = end;
      cut = start;
    }
    return cut;
  }

  /** Length of the longest end of `text` with which a stop string begins. */
  private possibleBeginning(text: string): number {
    let longest = 0;
    for (const stop of this.stop)
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length--)
        if (text.endsWith(stop.slice(0, length))) longest = length;
    return longest;
  }
}
