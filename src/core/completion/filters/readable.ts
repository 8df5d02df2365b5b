import type { Filter } from './filter';

/** Ends before the first character that isn't text: a control character, half a character. */
export const readable: Filter = (suggestion) => {
  const at = suggestion.search(/[^\P{C}\n\t\u200c\u200d]|\ufffd/u);
  return at < 0 ? suggestion : suggestion.slice(0, at);
};
