import { commonMask } from './masks';
import type { Span } from './span';
import { wordAt } from './words';

/** How masks are written; which one a model knows doesn't matter here. */
const masks = new RegExp(`${commonMask.replace(/[[\]]/g, '\\$&')}|<mask>|<extra_id_\\d+>`, 'g');

/**
 * What a prediction at `position` is to take the place of: the mask, or else the word, that begins there or that
 * the position is inside of; an empty span where there is neither, also right behind a word.
 */
export function gapAt(text: string, position: number): Span {
  for (const match of text.matchAll(masks)) {
    const end = match.index + match[0].length;
    if (match.index <= position && position < end) return { start: match.index, end };
  }
  const word = wordAt(text, position);
  return word.start <= position && position < word.end ? word : { start: position, end: position };
}
