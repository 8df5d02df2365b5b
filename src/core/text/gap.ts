import { commonMask } from './masks';
import type { Span } from './span';
import { wordAt } from './words';

/** How gaps are written; which one a model knows doesn't matter here. */
const gaps = new RegExp(`${commonMask.replace(/[[\]]/g, '\\$&')}|<mask>|<extra_id_\\d+>`, 'g');

/** Where a text has gaps, in order. */
export function gapsIn(text: string): Span[] {
  return [...text.matchAll(gaps)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/**
 * What a prediction at `position` is to take the place of: the mask, or else the word, that begins there or that
 * the position is inside of; an empty span where there is neither, also right behind a word.
 */
export function gapAt(text: string, position: number): Span {
  const isIn = ({ start, end }: Span): boolean => start <= position && position < end;
  const found = gapsIn(text).find(isIn) ?? wordAt(text, position);
  return isIn(found) ? found : { start: position, end: position };
}
