/** Source of a regular expression: a character of a script that puts no spaces between words. */
export const unspaced =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]';

/** The same: a letter, a digit or what joins them, of a script that parts words by spaces. */
export const wordCharacter = `(?!${unspaced})[\\p{L}\\p{N}\\p{M}'’]`;
