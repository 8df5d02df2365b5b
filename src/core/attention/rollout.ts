/** Attention followed through the layers down to the input. */
import { headMatrix, type AttentionTensor } from './tensor';

/**
 * Attention rollout (Abnar and Zuidema 2020): how much of each input token reaches each position of each layer,
 * if attention and the residual connection alone carried it. With A the mean over a layer's heads plus the
 * identity, its rows normalised, R of the first layer is A, and of each layer above A times the R below it (the
 * upper layer on the left).
 *
 * Generates a layer at a time, so that the work can be interrupted between them.
 *
 * @param tensor of one text's attention to itself
 * @param causal true when a query sees only itself and what stands to its left, which saves two thirds of the work
 * @returns by layer [tokens, tokens]; row i is where the layer's position i comes from, and sums to 1
 */
export function* rollout(tensor: AttentionTensor, causal: boolean): Generator<Float32Array, void> {
  const tokens = tensor.queries;
  let below: Float32Array | undefined;
  for (let layer = 0; layer < tensor.layers.length; layer++) {
    const mixed = withResidual(tensor, layer);
    below = below === undefined ? mixed : product(mixed, below, tokens, causal);
    yield below;
  }
}

/** A layer's own matrix times the rollout below it. */
function product(mixed: Float32Array, below: Float32Array, tokens: number, causal: boolean): Float32Array {
  const result = new Float32Array(mixed.length);
  const sum = new Float64Array(tokens);
  for (let query = 0; query < tokens; query++) {
    sum.fill(0);
    const sees = causal ? query + 1 : tokens;
    // Four keys at a time: the sums are read and written a quarter as often.
    for (let key = 0; key < sees; key += 4) {
      const many = Math.min(4, sees - key);
      const at = query * tokens + key;
      const a = mixed[at]!;
      const b = many > 1 ? mixed[at + 1]! : 0;
      const c = many > 2 ? mixed[at + 2]! : 0;
      const d = many > 3 ? mixed[at + 3]! : 0;
      const rowA = key * tokens;
      const rowB = many > 1 ? rowA + tokens : rowA;
      const rowC = many > 2 ? rowB + tokens : rowA;
      const rowD = many > 3 ? rowC + tokens : rowA;
      const comesFrom = causal ? key + many : tokens;
      for (let token = 0; token < comesFrom; token++)
        sum[token] =
          sum[token]! +
          a * below[rowA + token]! +
          b * below[rowB + token]! +
          c * below[rowC + token]! +
          d * below[rowD + token]!;
    }
    result.set(sum, query * tokens);
  }
  return result;
}

/** The mean of a layer's heads plus the identity, rows normalised. */
function withResidual(tensor: AttentionTensor, layer: number): Float32Array {
  const { heads, queries: tokens } = tensor;
  const size = tokens * tokens;
  const mixed = new Float32Array(size);
  for (let head = 0; head < heads; head++) {
    const matrix = headMatrix(tensor, layer, head);
    for (let at = 0; at < size; at++) mixed[at] = mixed[at]! + matrix[at]! / heads;
  }
  for (let query = 0; query < tokens; query++) {
    const row = mixed.subarray(query * tokens, (query + 1) * tokens);
    row[query] = row[query]! + 1;
    const total = row.reduce((sum, weight) => sum + weight, 0);
    for (let key = 0; key < tokens; key++) row[key] = row[key]! / total;
  }
  return mixed;
}
