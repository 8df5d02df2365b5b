import { lineBefore, type Filter } from './filter';

/** The marks that a line begins with: its indentation, quotes, and the bullet or number of a list item. */
const marks =
  /^(?<indent>[ \t]*)(?<quote>(?:>[ \t]?)*)(?<inner>[ \t]*)(?<item>(?:[-*+]|(?<number>\d{1,9})[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?/;

/**
 * Gives every new line of a suggestion the indentation and quote marks of the cursor's line. In a list, a line with a
 * bullet or number becomes an item like the one at the cursor, numbers count on, and any other goes on below its text.
 */
export const indentation: Filter = (suggestion, where) => {
  const [first = '', ...lines] = suggestion.split('\n');
  if (lines.length === 0) return suggestion;
  const own = marks.exec(lineBefore(where) + first)?.groups ?? {};
  const { indent = '', quote = '', inner = '', item = '', number } = own;
  let count = Number(number ?? 0);
  const begin = indent + quote + inner;
  return [
    first,
    ...lines.map((line) => {
      if (line.trim() === '') return quote.trimEnd();
      const groups = marks.exec(line)?.groups ?? {};
      const text = line.slice(marks.exec(line)?.[0].length ?? 0);
      if (item === '') return begin + (groups['item'] ?? '') + text;
      if (groups['item'] === undefined) return begin + ' '.repeat(item.length) + text;
      count += 1;
      return (
        begin +
        (number === undefined ? item.replace(/\[[xX]\]/, '[ ]') : item.replace(number, String(count))) +
        text
      );
    }),
  ].join('\n');
};
