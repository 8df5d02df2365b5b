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
 * The part of an offer that a change has taken over: all of a suggestion, a word, a line. Editors tell nobody about it,
 * so it is inferred: what is inserted there at once, and isn't a single typed character, is what was suggested.
 * @returns the suggestion and how much of it; undefined for any other change
 */
export function acceptedPart(
  { offset, suggestions }: Offer,
  { rangeOffset, rangeLength, text }: TextChange,
): { suggestion: Suggestion; length: number } | undefined {
  if (rangeOffset + rangeLength !== offset) return undefined;
  // A word begun may be written anew with its rest.
  const written = text.slice(rangeLength);
  for (const suggestion of suggestions)
    if (suggestion.text.startsWith(written) && (written.length > 1 || written === suggestion.text))
      return written === '' ? undefined : { suggestion, length: written.length };
  return undefined;
}

/** The offer behind a change that typed on as suggested; undefined when that isn't what it did. */
export function offerAfterTyping(
  { offset, suggestions }: Offer,
  { rangeOffset, rangeLength, text }: TextChange,
): Offer | undefined {
  if (rangeOffset !== offset || rangeLength > 0) return undefined;
  const left = suggestions.filter((suggestion) => suggestion.text.startsWith(text));
  return left.length === 0
    ? undefined
    : { offset: offset + text.length, suggestions: left.map((suggestion) => cut(suggestion, text.length)) };
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
