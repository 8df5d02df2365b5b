import { trimmed, paragraphAt } from '../text/paragraph';
import { shiftSpan, type Span } from '../text/span';
import { wordAt } from '../text/words';

/** A text and the one place in it that models are asked about. */
export interface AskedPlace {
  /** Where the text stands in its document. */
  readonly region: Span;
  readonly text: string;
  /** What is hidden, from the text's own start on: a mask, a word, or nothing between two of them. */
  readonly place: Span;
}

const mask = /\[MASK\]|<mask>/g;

/**
 * What a selection or cursor asks about: the mask that it holds or that stands nearest in its paragraph, else the one
 * selected word or the word that the cursor stands in, else the gap at the cursor or at the selection's end.
 * A selection of several words is the text; else it is the paragraph. `undefined` where there is no text.
 */
export function askedPlace(document: string, selection: Span): AskedPlace | undefined {
  const selected = trimmed(document, selection);
  const words = document.slice(selected.start, selected.end);
  const isText = /\s/.test(words);
  const region = isText ? selected : paragraphAt(document, selected.start);
  if (region.start === region.end) return undefined;
  const text = document.slice(region.start, region.end);
  const within = (offset: number): number =>
    Math.min(Math.max(offset, region.start), region.end) - region.start;
  const cursor = within(isText ? region.start : selected.start);
  const masked = nearest(
    [...text.matchAll(mask)].map(({ index, 0: { length } }) => ({ start: index, end: index + length })),
    cursor,
  );
  if (masked) return { region, text, place: masked };
  if (isText) return { region, text, place: { start: text.length, end: text.length } };
  if (selected.start < selected.end) return { region, text, place: shiftSpan(selected, -region.start) };
  const word = wordAt(text, cursor);
  const isInside = word.start < cursor && cursor < word.end;
  return { region, text, place: isInside ? word : { start: cursor, end: cursor } };
}

function nearest(spans: readonly Span[], offset: number): Span | undefined {
  const distance = ({ start, end }: Span): number => Math.max(start - offset, offset - end, 0);
  return [...spans].sort((a, b) => distance(a) - distance(b))[0];
}
