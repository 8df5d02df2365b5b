import { lineBefore, type Filter } from './filter';

/** Doesn't repeat a blank that already stands before the cursor, nor begin an empty line with more of them. */
export const blankBefore: Filter = (suggestion, where) => {
  const line = lineBefore(where);
  if (line.trim() === '') return suggestion.replace(/^\s+/, '');
  return /[ \t\u00a0]$/.test(line) ? suggestion.replace(/^[ \t\u00a0]+/, '') : suggestion;
};
