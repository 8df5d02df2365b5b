/** Fenced code and front matter of Markdown (CommonMark 4.5), line by line. */

/** A fence that is open. */
export interface Fence {
  /** What it was opened with. */
  readonly mark: string;
  /** Whether it stands in a quote, with which it ends. */
  readonly isQuoted: boolean;
}

/** It may begin a quote or a list item; what follows three backticks has none, or it is code within a line. */
const opening =
  /^(?<container>(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*)[ \t]*(?<mark>`{3,}(?=[^`]*$)|~{3,})/;
const closing = /^(?:[ \t]*>)*[ \t]*(`{3,}|~{3,})[ \t]*$/;
const quote = /^[ \t]*>/;

/** Whether a line closes a fence, if one is open. */
export function closesFence(line: string): boolean {
  return closing.test(line);
}

/**
 * The fence that is open behind a line; undefined where none is.
 * @param open the one that is open before it
 * @param line without its line end
 */
export function fenceAfter(open: Fence | undefined, line: string): Fence | undefined {
  if (open && (!open.isQuoted || quote.test(line)))
    return (open.isQuoted || !quote.test(line)) && closing.exec(line)?.[1]?.startsWith(open.mark)
      ? undefined
      : open;
  const { container = '', mark } = opening.exec(line)?.groups ?? {};
  return mark === undefined ? undefined : { mark, isQuoted: container.includes('>') };
}

/** Without a blank line: behind one, what looked like it was a rule with a text below. */
const unfinishedFrontMatter = /^---[ \t]*\r?\n[\w-]+:(?![^]*\n[ \t]*\r?\n)/;

/** Where a text begins after a YAML block between lines of three dashes; 0 without one. */
export function endOfFrontMatter(text: string): number {
  return /^---[ \t]*\r?\n(?:[\w-]+:[^]*?\n)?---[ \t]*(?:\r?\n|$)/.exec(text)?.[0].length ?? 0;
}

/** Whether a place of a Markdown text is in fenced code or in front matter, also in one that isn't closed yet. */
export function isInCode(text: string, offset: number): boolean {
  const end = endOfFrontMatter(text);
  if (offset < end || (end === 0 && unfinishedFrontMatter.test(text.slice(0, offset)))) return true;
  const lines = text.slice(end, offset).split('\n');
  const last = lines.pop()!;
  let fence: Fence | undefined;
  for (const line of lines) fence = fenceAfter(fence, line.replace(/\r$/, ''));
  // The lines that open and close it are part of it.
  return (fence ?? fenceAfter(undefined, last)) !== undefined;
}
