/**
 * Small pictures of every head, for an overview of all at once. In all of this folder `weights` are attention
 * probabilities [layers, heads, tokens, tokens], row-major: row i is what query i attends to and sums to 1.
 */

/** Side of the largest thumbnail in cells. */
const MAX_SIZE = 64;

/** Side of a text's thumbnails in cells: a cell a token up to 64 tokens, 64 cells beyond. */
export function thumbnailSize(tokens: number): number {
  return Math.min(tokens, MAX_SIZE);
}

/**
 * A probability as a byte, `round(255 * sqrt(p))`. The square root keeps small probabilities apart: even
 * attention over 512 tokens would be less than half a linear step.
 */
export function quantize(probability: number): number {
  return Math.round(255 * Math.sqrt(Math.min(Math.max(probability, 0), 1)));
}

/**
 * A thumbnail of each head: [layers, heads, size, size] with `size` of `thumbnailSize`. A cell is the quantized
 * maximum of the attentions that fall into it, so that a single strong one isn't lost; query or key i falls into
 * cell floor(i * size / tokens).
 */
export function thumbnails(weights: Float32Array, layers: number, heads: number, tokens: number): Uint8Array {
  const size = thumbnailSize(tokens);
  const starts = Array.from({ length: size + 1 }, (_, cell) => Math.ceil((cell * tokens) / size));
  const result = new Uint8Array(layers * heads * size * size);
  const maxima = new Float32Array(size);
  for (let head = 0, to = 0; head < layers * heads; head++) {
    const matrix = weights.subarray(head * tokens * tokens, (head + 1) * tokens * tokens);
    for (let row = 0; row < size; row++) {
      maxima.fill(0);
      for (let query = starts[row]!; query < starts[row + 1]!; query++) {
        const from = query * tokens;
        for (let column = 0; column < size; column++) {
          let max = maxima[column]!;
          const end = from + starts[column + 1]!;
          for (let at = from + starts[column]!; at < end; at++) if (matrix[at]! > max) max = matrix[at]!;
          maxima[column] = max;
        }
      }
      for (let column = 0; column < size; column++) result[to++] = quantize(maxima[column]!);
    }
  }
  return result;
}
