/** Figures that say what a head looks at. Means are over the queries, each of which counts the same. */

export interface HeadMeasures {
  /** Mean entropy of the rows in nats: 0 for one token only, ln n for n tokens evenly (Clark et al. 2019). */
  entropy: number;
  /**
   * The same with each row's entropy divided by that of even attention over what the query can see, in [0, 1]; so
   * texts of different length compare. Rows that see a single token are left out; null where all do.
   */
  evenness: number | null;
  /** Mean attention to the token before, A[i, i - 1] (Clark et al. 2019); null for a single token. */
  previous: number | null;
  /** Mean attention to the token after, A[i, i + 1]; null for a single token. */
  next: number | null;
  /** Mean attention to the query itself, A[i, i]. */
  self: number;
  /**
   * Mean attention to the first token: what a head that has nothing to look for rests on. Above 0.3 Gu et al. 2024
   * call it a sink head.
   */
  sink: number;
  /** Mean attention to the special tokens ([CLS], [SEP], ...) together. */
  special: number;
  /** Mean distance in tokens to what is attended to, the sum of A[i, j] |i - j|. */
  distance: number;
}

export interface AttentionContext {
  /** True when a query sees only itself and what stands to its left. */
  causal: boolean;
  /** Of each token, whether the tokenizer added it. */
  special: readonly boolean[];
}

/** The measures of one head's matrix [tokens, tokens], its rows queries. At least one token. */
export function measureHead(matrix: Float32Array, { causal, special }: AttentionContext): HeadMeasures {
  const tokens = special.length;
  const specials = special.flatMap((is, token) => (is ? [token] : []));
  let entropy = 0;
  let evenness = 0;
  let previous = 0;
  let next = 0;
  let self = 0;
  let sink = 0;
  let onSpecial = 0;
  let distance = 0;
  for (let query = 0; query < tokens; query++) {
    const row = query * tokens;
    const visible = causal ? query + 1 : tokens;
    let surprise = 0;
    for (let key = 0; key < visible; key++) {
      const weight = matrix[row + key]!;
      if (weight <= 0) continue;
      surprise -= weight * Math.log(weight);
      distance += weight * Math.abs(query - key);
    }
    entropy += surprise;
    if (visible > 1) evenness += surprise / Math.log(visible);
    if (query > 0) previous += matrix[row + query - 1]!;
    if (query < tokens - 1) next += matrix[row + query + 1]!;
    self += matrix[row + query]!;
    sink += matrix[row]!;
    for (const key of specials) onSpecial += matrix[row + key]!;
  }
  // A causal model's first token sees only itself.
  const choosing = causal || tokens === 1 ? tokens - 1 : tokens;
  const meanOf = (sum: number, count: number) => (count > 0 ? sum / count : null);
  return {
    entropy: entropy / tokens,
    evenness: meanOf(evenness, choosing),
    previous: meanOf(previous, tokens - 1),
    next: meanOf(next, tokens - 1),
    self: self / tokens,
    sink: sink / tokens,
    special: onSpecial / tokens,
    distance: distance / tokens,
  };
}

/** The measures of every head, layer by layer. `weights` as in thumbnails.ts. */
export function measureHeads(weights: Float32Array, context: AttentionContext): HeadMeasures[] {
  const size = context.special.length ** 2;
  return Array.from({ length: weights.length / size }, (_, head) =>
    measureHead(weights.subarray(head * size, (head + 1) * size), context),
  );
}
