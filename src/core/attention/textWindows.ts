/** Windows over a text that is longer than a model takes, to look at one at a time. */
import type { Token } from '../text/token';

/**
 * The windows as indices of the text's tokens. The special tokens at both ends stand in each; between them windows
 * are full, and neighbours share about a quarter, so that each token stands away from an edge in one of them.
 * @param size tokens that a model takes
 */
export function textWindows(tokens: readonly Token[], size: number): number[][] {
  const all = tokens.map((_, index) => index);
  if (tokens.length <= size) return [all];
  const first = Math.max(
    0,
    tokens.findIndex(({ special }) => !special),
  );
  const last = tokens.findLastIndex(({ special }) => !special) + 1;
  const room = Math.max(1, size - first - (tokens.length - last));
  const count = Math.ceil((last - first - room) / Math.max(1, Math.ceil(room * 0.75))) + 1;
  return Array.from({ length: count }, (_, window) => {
    const start = first + Math.round((window * (last - first - room)) / (count - 1));
    return [...all.slice(0, first), ...all.slice(start, start + room), ...all.slice(last)];
  });
}

/** The window in which the text at a UTF-16 offset stands farthest from the edges. */
export function windowAt(
  windows: readonly (readonly number[])[],
  tokens: readonly Token[],
  offset: number,
): number {
  const found = tokens.findIndex(({ end, special }) => !special && end > offset);
  const token = found < 0 ? tokens.length - 1 : found;
  let best = 0;
  let least = Infinity;
  windows.forEach((window, index) => {
    const inner = window.filter((at) => !tokens[at]!.special);
    const distance = Math.abs((inner[0]! + inner.at(-1)!) / 2 - token);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
