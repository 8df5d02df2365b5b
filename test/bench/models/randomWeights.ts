/**
 * Random weights that depend on a tensor's name alone, so that the same tensor can be made again for every file
 * format instead of being held in memory.
 */

/** A stream of 32 random bits (Marsaglia's xorshift32) from a text. */
function randomBits(seed: string): () => number {
  // FNV-1a.
  let state = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) {
    state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  }
  state ||= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

/**
 * Values of a tensor, spread as in a trained model: gains near 1, biases near 0, matrices with a standard deviation
 * of 0.02 (GPT-2's initialisation). Embeddings of tokens are as large as GPT-2's have become, so that the next token
 * depends on what was read. Of the language-model head the last column, the end-of-text token's, is 0: it never
 * wins, and a run has its full length.
 * @param dims of a matrix [in, out], of an embedding [rows, width], or [size]
 */
export function randomWeights(name: string, dims: readonly number[], vocabulary: number): Float32Array {
  const size = dims.reduce((product, dim) => product * dim, 1);
  const values = new Float32Array(size);
  const next = randomBits(name);
  const { mean, deviation } = spread(name, dims, vocabulary);
  // The sum of the four bytes of 32 random bits is nearly normal.
  const scale = deviation / Math.sqrt(4 * ((256 * 256 - 1) / 12));
  for (let index = 0; index < size; index++) {
    const bits = next();
    const sum = (bits & 0xff) + ((bits >>> 8) & 0xff) + ((bits >>> 16) & 0xff) + (bits >>> 24);
    values[index] = mean + (sum - 510) * scale;
  }
  const columns = dims.at(-1)!;
  if (isHead(dims, vocabulary)) {
    for (let index = columns - 1; index < size; index += columns) values[index] = 0;
  }
  return values;
}

function isHead(dims: readonly number[], vocabulary: number): boolean {
  return dims.length === 2 && dims[1] === vocabulary;
}

function spread(
  name: string,
  dims: readonly number[],
  vocabulary: number,
): { mean: number; deviation: number } {
  if (dims.length < 2) {
    const gain = /(ln_\w+|LayerNorm)\.weight$/.test(name);
    return gain ? { mean: 1, deviation: 0.1 } : { mean: 0, deviation: 0.02 };
  }
  if (isHead(dims, vocabulary)) return { mean: 0, deviation: 0.05 };
  if (dims[0] === vocabulary) return { mean: 0, deviation: 0.14 };
  // What is added to the residual stream, by the number of additions in 12 layers (Radford et al. 2019, 2.3).
  if (name.endsWith('c_proj.weight')) return { mean: 0, deviation: 0.02 / Math.sqrt(24) };
  return { mean: 0, deviation: 0.02 };
}
