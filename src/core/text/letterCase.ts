/** How a word is written in upper and lower case, so that another can be written the same way. */

/** `lower` also stands for words without letters that have a case; `mixed` for such as `iPhone`. */
export type LetterCase = 'lower' | 'title' | 'upper' | 'mixed';

export function letterCaseOf(word: string): LetterCase {
  const lower = word.toLocaleLowerCase();
  const upper = word.toLocaleUpperCase();
  if (word === lower) return 'lower';
  // A single capital ("I", "A") begins a sentence more often than it shouts.
  if (word === upper && [...word.matchAll(/\p{L}/gu)].length > 1) return 'upper';
  return word === titled(lower) ? 'title' : 'mixed';
}

/**
 * `word` in the case of `model`. A word that the model of the language wrote with capitals of its own keeps them
 * where `model` has none to give: a name stays a name.
 */
export function inCaseOf(model: string, word: string): string {
  const letterCase = letterCaseOf(model);
  if (letterCase === 'upper') return word.toLocaleUpperCase();
  return letterCase === 'title' ? titled(word) : word;
}

/** `word` with its first letter as a capital. */
export function titled(word: string): string {
  return word.replace(/\p{L}/u, (letter) => letter.toLocaleUpperCase());
}
