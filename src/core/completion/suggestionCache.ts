import type { Extent } from './extent';
import { typedSince, type TextAround } from './typed';

/** A token of a suggestion; its span is of the suggestion's text. */
export interface SuggestedToken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The model's own, in [0, 1]. */
  readonly probability: number;
}

export interface Suggestion {
  readonly text: string;
  readonly tokens: readonly SuggestedToken[];
}

/** What is left of a suggestion behind what was typed of it; undefined where something else was typed. */
export function restOf({ text, tokens }: Suggestion, typed: string): Suggestion | undefined {
  if (!text.startsWith(typed)) return undefined;
  const moved = (offset: number): number => Math.max(0, offset - typed.length);
  return {
    text: text.slice(typed.length),
    tokens: tokens.flatMap((token) =>
      token.end > typed.length ? [{ ...token, start: moved(token.start), end: moved(token.end) }] : [],
    ),
  };
}

interface Entry {
  readonly place: TextAround;
  readonly extent: Extent;
  readonly suggestions: readonly Suggestion[];
  /** False while the model hasn't come to an end there. */
  readonly isFinished: boolean;
}

/**
 * The suggestions of the last places, so that typing what is suggested, or going back to where one was, asks nobody.
 * What was used longest ago goes first.
 */
export class SuggestionCache {
  #entries: Entry[] = [];

  constructor(private readonly capacity = 50) {}

  /** Puts suggestions in place of those that were there; none are remembered too. */
  set(place: TextAround, extent: Extent, suggestions: readonly Suggestion[], isFinished = true): void {
    this.#entries = this.#entries.filter(
      (entry) =>
        entry.extent !== extent || entry.place.before !== place.before || entry.place.after !== place.after,
    );
    this.#entries.push({ place, extent, suggestions, isFinished });
    if (this.#entries.length > this.capacity) this.#entries.shift();
  }

  /**
   * What is left of the suggestions that go the way of the text, of the latest place that has any; an empty list where
   * it is known that there are none; undefined where nothing is known. What goes to the end of a paragraph will do
   * for a sentence too.
   * @param orUnfinished whether the beginning of what was broken off counts too
   */
  find(place: TextAround, extent: Extent, orUnfinished = false): Suggestion[] | undefined {
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at]!;
      if (extent === 'paragraph' && entry.extent !== 'paragraph') continue;
      if (!entry.isFinished && !orUnfinished) continue;
      const longest = Math.max(0, ...entry.suggestions.map(({ text }) => text.length));
      const typed = typedSince(entry.place, place, longest);
      if (typed === undefined) continue;
      if (entry.suggestions.length === 0) return [];
      const left = entry.suggestions.flatMap((suggestion) => {
        const rest = restOf(suggestion, typed);
        return rest && rest.text.trim() !== '' ? [rest] : [];
      });
      if (left.length === 0) continue;
      this.#entries.splice(at, 1);
      this.#entries.push(entry);
      return left;
    }
    return undefined;
  }

  clear(): void {
    this.#entries = [];
  }
}
