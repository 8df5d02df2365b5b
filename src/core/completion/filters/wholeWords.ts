import type { Filter } from './filter';

/** Without the word that the model was stopped in, unless it is the only one. */
export const wholeWords: Filter = (suggestion, { finished }) => {
  if (finished) return suggestion;
  const last = /\s+\S*$/.exec(suggestion);
  return last && suggestion.slice(0, last.index).trim() !== '' ? suggestion.slice(0, last.index) : suggestion;
};
