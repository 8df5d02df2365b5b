/** How much memory a model takes: its weights, and what a text of some length adds. */

/** The sizes of a model that decide its memory, from `config.json`. */
export interface ModelShape {
  readonly layers: number;
  readonly heads: number;
  /** Width of a token's vector. */
  readonly hidden: number;
  /** Width inside the feed-forward part. */
  readonly inner: number;
  readonly vocabulary: number;
  /** Most tokens it can read at once. */
  readonly window: number;
}

const names: Record<keyof ModelShape, readonly string[]> = {
  layers: ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers'],
  heads: ['num_attention_heads', 'n_head', 'n_heads', 'num_heads'],
  hidden: ['hidden_size', 'n_embd', 'dim', 'd_model'],
  inner: ['intermediate_size', 'n_inner', 'hidden_dim', 'd_ff'],
  vocabulary: ['vocab_size'],
  window: ['n_positions', 'max_position_embeddings'],
};

/** A model's sizes; undefined when its config doesn't tell them. */
export function shapeOf(config: Readonly<Record<string, unknown>>): ModelShape | undefined {
  const read = (key: keyof ModelShape): number | undefined =>
    names[key]
      .map((name) => config[name])
      .find((value): value is number => typeof value === 'number' && value > 0);
  const layers = read('layers');
  const heads = read('heads');
  const hidden = read('hidden');
  const vocabulary = read('vocabulary');
  if (!layers || !heads || !hidden || !vocabulary) return undefined;
  // GPT-2 writes null for four times its width.
  return {
    layers,
    heads,
    hidden,
    vocabulary,
    inner: read('inner') ?? 4 * hidden,
    window: read('window') ?? 512,
  };
}

/** What a model is run for. */
export interface Load {
  /** Tokens of a text. */
  readonly length: number;
  /** Texts at once. */
  readonly batch: number;
  /** Whether every layer's attention probabilities are taken out. */
  readonly attentions?: boolean;
  /** Whether logits of every token come out, as of a masked model; a classifier gives one row. */
  readonly logits?: boolean;
  /** Whether keys and values of what was read are kept, as of a causal model. */
  readonly cache?: boolean;
}

/** Bytes of memory by what they grow with. */
export interface MemoryEstimate {
  /** The weights as the runtime holds them, whatever the text. */
  readonly weights: number;
  /** Grows with the length and with the batch. */
  readonly linear: number;
  /** Grows with the square of the length, and with the batch: each token looks at each. */
  readonly quadratic: number;
  readonly total: number;
}

const float = 4;

/**
 * The runtime copies weights into the order in which its kernels read them, and keeps little of the file: measured
 * 1.1 times the file for float32 and int8. Its processor kernels have no float16: those weights are held in float32
 * beside the file's own.
 */
function weightsFactor(precision: string): number {
  return precision.includes('fp16') || precision.includes('f16') ? 3 : 1.1;
}

/**
 * Estimates a model's memory in bytes. Between two layers the runtime's arena holds a handful of arrays of a token's
 * width, and within one two of attention scores (before and after the softmax); what is taken out exists twice, in
 * the runtime and as a typed array. `test/unit/core/memory.test.ts` holds it against measured memory.
 * @param fileBytes size of the graph's file with its external data
 * @param precision the end of the file's name, such as `_fp16`
 */
export function estimateMemory(
  shape: ModelShape,
  fileBytes: number,
  precision: string,
  { length, batch, attentions = false, logits = false, cache = false }: Load,
): MemoryEstimate {
  const { layers, heads, hidden, inner, vocabulary } = shape;
  const weights = Math.round(fileBytes * weightsFactor(precision));
  const perToken =
    float * (6 * hidden + 2 * inner) +
    (logits ? 2 * float * vocabulary : 0) +
    // The cache itself, its copy in the runtime and what comes out anew.
    (cache ? 3 * 2 * float * layers * hidden : 0);
  const linear = batch * length * perToken;
  const quadratic = batch * length ** 2 * heads * float * (2 + (attentions ? 2 * layers : 0));
  return { weights, linear, quadratic, total: weights + linear + quadratic };
}
