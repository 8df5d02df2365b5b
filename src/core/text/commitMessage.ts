/** Behind this line of Git's own, the message has ended (`git commit --verbose` shows the changes there). */
const scissors = /^# -+ >8 -+[ \t]*$/m;

/**
 * A commit message as it is edited, with spaces in the place of the lines that Git will leave out, so that offsets stay
 * as they are (git-commit(1), `--cleanup=scissors` and `strip`).
 */
export function withoutComments(text: string): string {
  const cut = scissors.exec(text)?.index ?? text.length;
  const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
  return text.slice(0, cut).replace(/^#.*$/gm, blank) + blank(text.slice(cut));
}

/** Whether the place behind `before` is in a line of a commit message that Git will leave out. */
export function isInComment(before: string): boolean {
  return /(^|\n)#[^\n]*$/.test(before) || scissors.test(before);
}
