/**
 * The part of a long text that fits into a model's window, as indices of its tokens: the special tokens at both
 * ends stay, and between them as much as fits around the token at `position`, on both sides alike.
 * @param special for each token whether the tokenizer added it
 * @param position index of the token that the excerpt is about
 * @param size tokens that fit
 */
export function excerptAround(special: readonly boolean[], position: number, size: number): number[] {
  const all = special.map((_, index) => index);
  if (special.length <= size) return all;
  const first = Math.max(0, special.indexOf(false));
  const last = special.lastIndexOf(false) + 1;
  const room = Math.max(1, size - first - (special.length - last));
  const start = Math.min(Math.max(first, position - Math.floor(room / 2)), last - room);
  return [...all.slice(0, first), ...all.slice(start, start + room), ...all.slice(last)];
}
