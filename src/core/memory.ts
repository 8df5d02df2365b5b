/** How much memory a model takes: its weights, and what a text of some length adds. */
import type { FamilyName } from './families';

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
  /** Whether it is a GPT-2, whose decoder the engine writes anew. */
  readonly isGpt2: boolean;
}

const names: Record<Exclude<keyof ModelShape, 'isGpt2'>, readonly string[]> = {
  layers: ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers'],
  heads: ['num_attention_heads', 'n_head', 'n_heads', 'num_heads'],
  hidden: ['hidden_size', 'n_embd', 'dim', 'd_model'],
  inner: ['intermediate_size', 'n_inner', 'hidden_dim', 'd_ff'],
  vocabulary: ['vocab_size'],
  window: ['n_positions', 'max_position_embeddings'],
};

/** A model's sizes; undefined when its config doesn't tell them. */
export function shapeOf(config: Readonly<Record<string, unknown>>): ModelShape | undefined {
  const read = (key: keyof typeof names): number | undefined =>
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
    isGpt2: config['model_type'] === 'gpt2',
  };
}

/** What a model is run for. */
export interface Load {
  readonly family: FamilyName;
  /** Tokens of a text. */
  readonly length: number;
  /** Texts at once. */
  readonly batch: number;
  /** Whether every layer's attention probabilities are taken out. */
  readonly attentions?: boolean;
}

/** Bytes of memory by what they grow with. */
export interface MemoryEstimate {
  /** The weights as the runtime holds them, and the tokenizer, whatever the text. */
  readonly weights: number;
  /** Grows with the length and with the batch. */
  readonly linear: number;
  /**
   * Grows with the square of the length, and with the batch: each token looks at each. A causal model reads a long
   * text in parts, and each token of a part looks at each before it.
   */
  readonly quadratic: number;
  readonly total: number;
}

const float = 4;

/** Bytes of a tokenizer for each entry of its vocabulary, as JavaScript holds it; measured 700 to 1000. */
const tokenizerEntry = 800;

/**
 * How often the keys and values of what was read exist at the peak: in the cache, as the runtime's input, as its
 * output, and as arrays of the last part that are not collected yet. Measured on GPT-2 124M: 5 to 7.
 */
const cacheCopies = 6;

/** Positions of room that the cache has behind what was read, and the most that are read at once. */
const cacheRoom = 128;
const partLength = 128;

const isHalf = (precision: string): boolean => /fp16|f16/.test(precision);
const isFourBit = (precision: string): boolean => /q4|bnb4/.test(precision);
const isEightBit = (precision: string): boolean => /quantized|int8|q8/.test(precision);

/**
 * Bytes of the weights as the runtime holds them. It copies matrices into the order in which its kernels read them
 * and lets go of the file; a table of embeddings stays in the file, of which only the rows that are looked up are
 * read. Its processor kernels have no float16: those weights are held in float32, with some of the originals.
 */
function weightsInMemory(
  shape: ModelShape,
  fileBytes: number,
  precision: string,
  family: FamilyName,
): number {
  const { layers, hidden, inner, vocabulary } = shape;
  const table = vocabulary * hidden;
  const matrices = layers * (4 * hidden ** 2 + 2 * hidden * inner);
  const hasHead = family === 'causal' || family === 'masked';
  const held = (width: number): number => {
    // A head is the table turned round; some exports hold it beside the table, others only once.
    const holdsTable = !hasHead || fileBytes >= width * (matrices + 2 * table);
    return holdsTable ? Math.max(fileBytes - width * table, fileBytes / 10) : fileBytes;
  };
  if (isFourBit(precision)) {
    // Some conversions found nothing to quantise, and the file is as large as the original.
    if (fileBytes >= 0.95 * float * (matrices + table)) return held(float);
    const width = isHalf(precision) ? 2 : float;
    return Math.max(fileBytes - width * table, fileBytes / 10);
  }
  if (isHalf(precision)) return Math.round(2.3 * held(2));
  return held(isEightBit(precision) ? 1 : float);
}

/**
 * Estimates a model's memory in bytes, at the peak of reading one text. Between two layers the runtime's arena holds
 * a handful of arrays of a token's width, and within one two of attention scores (before and after the softmax); the
 * probabilities of all layers stay until the run ends, as they are outputs of the graph, and what is taken out exists
 * once more as typed arrays. `test/unit/core/memory.test.ts` holds it against measured memory.
 * @param fileBytes size of the graph's file with its external data
 * @param precision the end of the file's name, such as `_fp16`
 */
export function estimateMemory(
  shape: ModelShape,
  fileBytes: number,
  precision: string,
  { family, length, batch, attentions = false }: Load,
): MemoryEstimate {
  const { layers, heads, hidden, inner, vocabulary } = shape;
  const isCausal = family === 'causal';
  const held = weightsInMemory(shape, fileBytes, precision, family);
  // Long prompts of an int8 GPT-2 are read by a second session: see `openCausalGraph`.
  const hasPromptSession = shape.isGpt2 && isEightBit(precision) && held > 16e6 && length >= partLength;
  const weights = Math.round(held * (hasPromptSession ? 2 : 1) + tokenizerEntry * vocabulary);
  const part = isCausal ? Math.min(length, partLength) : length;
  // Halves are computed with as floats, and converted at every step.
  const copies = isHalf(precision) ? 1.6 : 1;
  const cache = isCausal ? cacheCopies * 2 * float * layers * hidden * (length + cacheRoom) : 0;
  const linear = Math.round(batch * copies * (part * float * (6 * hidden + 2 * inner) + cache));
  const scores = heads * float * (2 + layers + (attentions ? layers : 0));
  const quadratic = Math.round(batch * copies * part * length * scores);
  return { weights, linear, quadratic, total: weights + linear + quadratic };
}
