import type { Span } from '../text/span';

/** A run of a compared text, as one model sees it. */
export interface SeenPiece {
  readonly text: string;
  /** A token that the model sees, one that is hidden from it, white space between, or the place that is asked about. */
  readonly kind: 'seen' | 'hidden' | 'blank' | 'place';
}

/** A token of the compared text, with whether the model sees it when it predicts. */
export interface SightedToken extends Span {
  readonly seen: boolean;
}

/**
 * A text as one model sees it, in that model's tokens; the pieces together are the text.
 * @param tokens the text's tokens, ascending
 * @param place what is asked about; it is shown even when it is empty
 */
export function seenPieces(text: string, tokens: readonly SightedToken[], place: Span): SeenPiece[] {
  const pieces: SeenPiece[] = [];
  let from = 0;
  const skipTo = (end: number): void => {
    if (end <= from) return;
    const between = text.slice(from, end);
    // What no token stands for but isn't blank was cut off by the model's window.
    pieces.push({ text: between, kind: /\S/.test(between) ? 'hidden' : 'blank' });
    from = end;
  };
  const put = (end: number, kind: SeenPiece['kind']): void => {
    // Of several tokens with one span (the bytes of an emoji) the first has the text.
    if (end <= from) return;
    pieces.push({ text: text.slice(from, end), kind });
    from = end;
  };
  const before = tokens.filter(({ start }) => start < place.start);
  const after = tokens.filter(({ end }) => end > place.end);
  for (const { start, end, seen } of before) {
    skipTo(start);
    put(Math.min(end, place.start), seen ? 'seen' : 'hidden');
  }
  skipTo(place.start);
  pieces.push({ text: text.slice(place.start, place.end), kind: 'place' });
  from = place.end;
  for (const { start, end, seen } of after) {
    skipTo(start);
    put(end, seen ? 'seen' : 'hidden');
  }
  skipTo(text.length);
  return pieces;
}

/** How many of the tokens that a model sees stand before and after the place. */
export function sidesOf(tokens: readonly SightedToken[], place: Span): { left: number; right: number } {
  const seen = tokens.filter((token) => token.seen && token.end > token.start);
  return {
    left: seen.filter(({ end }) => end <= place.start).length,
    right: seen.filter(({ start }) => start >= place.end).length,
  };
}
