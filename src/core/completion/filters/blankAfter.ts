import { unspaced } from '../../text/wordCharacter';
import { lineAfter, type Filter } from './filter';

const beginsWord = new RegExp(`^(?!${unspaced})[\\p{L}\\p{N}]`, 'u');
const endsUnspaced = new RegExp(`${unspaced}$`, 'u');

/** No blanks at the end, but for the one before a word that stands right behind the cursor, where the script has such. */
export const blankAfter: Filter = (suggestion, where) => {
  const text = suggestion.trimEnd();
  return text !== '' && beginsWord.test(lineAfter(where)) && !endsUnspaced.test(text) ? `${text} ` : text;
};
