/**
 * Spearman's rank correlation of two lists of the same length, in [-1, 1]: the correlation of the ranks, equal values
 * sharing the mean of theirs (Spearman 1904). Undefined for fewer than three values, or where one list is constant.
 */
export function rankCorrelation(one: readonly number[], other: readonly number[]): number | undefined {
  if (one.length !== other.length) throw new RangeError('The lists are not of the same length.');
  if (one.length < 3) return undefined;
  const [a, b] = [ranks(one), ranks(other)];
  const mean = (one.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((rank, at) => {
    const [x, y] = [rank - mean, b[at]! - mean];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return aa === 0 || bb === 0 ? undefined : ab / Math.sqrt(aa * bb);
}

/** The rank of each value, from 0. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let at = from; at <= to; at++) result[order[at]!] = (from + to) / 2;
    from = to + 1;
  }
  return result;
}
