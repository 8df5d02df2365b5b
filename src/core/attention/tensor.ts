/** Attention probabilities of all layers and heads over one text. */

/**
 * What a model computed. Row i of a head's matrix is what query i attends to, and sums to 1. Queries and keys are the
 * same tokens, but for an encoder-decoder's cross-attention.
 */
export interface AttentionTensor {
  /** By layer, [heads, queries, keys] in C order. */
  readonly layers: readonly Float32Array[];
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/** One head's matrix [queries, keys], not copied. */
export function headMatrix(tensor: AttentionTensor, layer: number, head: number): Float32Array {
  const size = tensor.queries * tensor.keys;
  return tensor.layers[layer]!.subarray(head * size, (head + 1) * size);
}

/** Bytes that the probabilities take. */
export function tensorBytes({ layers }: AttentionTensor): number {
  return layers.reduce((sum, layer) => sum + layer.byteLength, 0);
}
