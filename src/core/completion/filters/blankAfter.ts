import { lineAfter, type Filter } from './filter';

/** No blanks at the end, but for the one before a word that stands right behind the cursor. */
export const blankAfter: Filter = (suggestion, where) => {
  const text = suggestion.trimEnd();
  return text !== '' && /^[\p{L}\p{N}]/u.test(lineAfter(where)) ? `${text} ` : text;
};
