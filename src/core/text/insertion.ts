/** The spaces that a word needs on both sides when it is inserted at `offset`, so that it stands apart as words do. */
export function spacesAround(text: string, offset: number): { before: string; after: string } {
  const left = text.slice(0, offset);
  const right = text.slice(offset);
  return {
    // Behind a word, a closing bracket or quote, or punctuation; not behind an opening one, a hyphen or a slash.
    before: /[\p{L}\p{M}\p{N}.,;:!?…)\]}%”’»]$/u.test(left) || /\S["']$/.test(left) ? ' ' : '',
    after: /^[\p{L}\p{N}([{“‘«$€£&]/u.test(right) || /^["'*_`]\S/.test(right) ? ' ' : '',
  };
}

/** Whether a word after `left`, the beginning of its paragraph, begins a sentence. */
export function beginsSentence(left: string): boolean {
  return /(?:^|\n)\s*(?:(?:[-*+>#]+|\d+[.)])\s+)*$|[.!?…]["'”’)\]]*\s*$/u.test(left);
}
