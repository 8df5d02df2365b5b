import type { TextChange } from '../text/changes';
import type { Span } from '../text/span';
import type { SuggestedToken, Suggestion } from './suggestionCache';

/** A token of a suggestion that was taken over; its span is of the document. */
export interface AcceptedToken extends SuggestedToken {
  /** Tokens that were taken over together, or one behind the other, have the same. */
  readonly piece: number;
}

/** What was suggested at a place of a document. */
export interface Offer {
  readonly offset: number;
  readonly suggestions: readonly Suggestion[];
}

/**
 * The part of an offer that changes have taken over: all of a suggestion, a word, a line. Editors tell nobody about it,
 * so it is inferred: what is inserted there at once, and isn't a single typed character, is what was suggested.
 * @param changes all of one event: with several cursors something is written at each of them
 * @returns the suggestion, how much of it, and where that stands after all changes; undefined for any other changes
 */
export function acceptedPart(
  { offset, suggestions }: Offer,
  changes: readonly TextChange[],
): { suggestion: Suggestion; length: number; offset: number } | undefined {
  const change = changes.find(({ rangeOffset, rangeLength }) => rangeOffset + rangeLength === offset);
  if (!change) return undefined;
  // A word begun may be written anew with its rest.
  const written = change.text.slice(change.rangeLength);
  for (const suggestion of suggestions)
    if (suggestion.text.startsWith(written) && (written.length > 1 || written === suggestion.text))
      return written === ''
        ? undefined
        : { suggestion, length: written.length, offset: offset + shiftBefore(change, changes) };
  return undefined;
}

/** The offer behind changes, all of one event, that typed on as suggested; undefined when that isn't what they did. */
export function offerAfterTyping(
  { offset, suggestions }: Offer,
  changes: readonly TextChange[],
): Offer | undefined {
  const change = changes.find(({ rangeOffset, rangeLength }) => rangeOffset === offset && rangeLength === 0);
  if (!change) return undefined;
  const { text } = change;
  const left = suggestions.filter((suggestion) => suggestion.text.startsWith(text));
  return left.length === 0
    ? undefined
    : {
        offset: offset + shiftBefore(change, changes) + text.length,
        suggestions: left.map((suggestion) => cut(suggestion, text.length)),
      };
}

/** By how much the other changes of an event move the place of one. */
function shiftBefore(place: TextChange, changes: readonly TextChange[]): number {
  return changes
    .filter((change) => change !== place && change.rangeOffset + change.rangeLength <= place.rangeOffset)
    .reduce((shift, { rangeLength, text }) => shift + text.length - rangeLength, 0);
}

function cut({ text, tokens }: Suggestion, length: number): Suggestion {
  return {
    text: text.slice(length),
    tokens: tokens
      .filter(({ end }) => end > length)
      .map((token) => ({ ...token, start: Math.max(0, token.start - length), end: token.end - length })),
  };
}

/** The tokens of the first `length` units of a suggestion that now stands at `offset`. */
export function tokensAt(
  { tokens }: Suggestion,
  length: number,
  offset: number,
  piece: number,
): AcceptedToken[] {
  return tokens
    .filter(({ start }) => start < length)
    .map((token) => ({
      ...token,
      start: offset + token.start,
      end: offset + Math.min(token.end, length),
      piece,
    }));
}

/** Where the tokens stand after `changes`, all of one event; those whose own text was changed are gone. */
export function followEdits(
  tokens: readonly AcceptedToken[],
  changes: readonly TextChange[],
): AcceptedToken[] {
  return tokens.flatMap((token) => {
    const span = moved(token, changes);
    return span ? [{ ...token, ...span }] : [];
  });
}

function moved({ start, end }: Span, changes: readonly TextChange[]): Span | undefined {
  let shift = 0;
  for (const { rangeOffset, rangeLength, text } of changes) {
    if (rangeOffset + rangeLength <= start) shift += text.length - rangeLength;
    else if (rangeOffset < end) return undefined;
  }
  return { start: start + shift, end: end + shift };
}
