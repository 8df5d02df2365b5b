/** Scripts that put no spaces between words. */
const unspacedScripts =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';

/** Source of a regular expression: a letter, a digit or what joins them, of a script that parts words by spaces. */
export const wordCharacter = `(?![${unspacedScripts}])[\\p{L}\\p{N}\\p{M}'’]`;
