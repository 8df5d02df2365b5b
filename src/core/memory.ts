/** How much memory a model takes: its weights, and what a text of some length adds. */
import type { Family } from './families';
import type { ModelShape } from './modelShape';
import { countParameters, layerSize, vocabularyTable } from './parameters';

/** What a model is run for. */
export interface Load {
  /** Tokens of a text; an encoder-decoder writes as many as it reads. */
  readonly length: number;
  /** Texts at once. */
  readonly batch: number;
  /** Whether every layer's attention probabilities are taken out. */
  readonly attentions?: boolean;
}

/** A model's files, where they are known. */
export interface GraphSize {
  /** Size of the graphs' files with their external data. */
  readonly bytes: number;
  /** The end of their names, such as `_fp16`; empty for float32. */
  readonly precision: string;
}

/** Bytes of memory by what they grow with. */
export interface MemoryEstimate {
  /** How many numbers the model has learnt. */
  readonly parameters: number;
  /** The weights as the runtime holds them, and the tokenizer, whatever the text. */
  readonly weights: number;
  /** Keys and values of the tokens that were read, held once; grows with the length and with the batch. */
  readonly cache: number;
  /** What is computed on the way, and copies of the cache that are there at the peak. */
  readonly activations: number;
  /** What of the cache and the activations grows with the length and with the batch. */
  readonly linear: number;
  /**
   * What of the activations grows with the square of the length, and with the batch: each token looks at each. A causal
   * model reads a long text in parts, and each token of a part looks at each before it.
   */
  readonly quadratic: number;
  /** Weights and cache and activations; linear and quadratic are the latter two again. */
  readonly total: number;
}

const float = 4;

/** Bytes of a tokenizer for each entry of its vocabulary, as JavaScript holds it; measured 700 to 1000. */
const tokenizerEntry = 800;

/**
 * How often the keys and values of what was read exist at the peak: in the cache, as the runtime's input, as its
 * output, and as arrays of the last part or step that are not collected yet. Measured by `npm run bench -- --memory`.
 */
const cacheCopies = { causal: 6, 'encoder-decoder': 5 };

/** The most tokens that a causal model reads at once. */
const partLength = 128;

/** Arrays of attention scores that a layer computes with: measured 1 to 2, by the export. */
const scoreArrays = 1.4;
/** More of them where padding is left out by choosing: the mask spread over all heads in 64 bits, and bits of it. */
const chosenScoreArrays = 2.25;

const isHalf = (precision: string): boolean => /fp16|f16/.test(precision);
const isFourBit = (precision: string): boolean => /q4|bnb4/.test(precision);
const isEightBit = (precision: string): boolean => /quantized|int8|q8/.test(precision);

/**
 * Estimates a model's memory in bytes, at the peak of reading texts; from its config alone where no files are known,
 * with weights in float32.
 *
 * Within a layer the runtime holds a token's vector, what the feed-forward part makes of it, and the attention scores.
 * The probabilities of all layers stay until the run ends, as they are outputs of the graph, and what is taken out exists
 * once more as typed arrays. `npm run bench -- --memory` holds it against measured memory for every family.
 */
export function estimateMemory(
  shape: ModelShape,
  family: Family,
  { length, batch, attentions = false }: Load,
  file?: GraphSize,
): MemoryEstimate {
  const { layers, decoderLayers, heads, keyValueHeads, headSize, hidden, inner, vocabulary } = shape;
  const parameters = countParameters(shape, family).total;
  const { bytes, precision } = file ?? { bytes: float * parameters, precision: '' };
  const held = weightsInMemory(shape, bytes, precision, family);
  // Long prompts of an int8 GPT-2 are read by a second session: see `openCausalGraph`.
  const isWrittenAnew = shape.architecture.isWrittenAnew === true;
  const hasPromptSession = isWrittenAnew && isEightBit(precision) && held > 16e6 && length >= partLength;
  const weights = Math.round(held * (hasPromptSession ? 2 : 1) + tokenizerEntry * vocabulary);

  const isCausal = family.name === 'causal';
  const isPair = family.name === 'encoder-decoder';
  const part = isCausal ? Math.min(length, partLength) : length;
  // An encoder-decoder's texts are one source that is read once, and are written side by side, token by token.
  const read = isPair ? 1 : batch;
  // Halves are computed with as floats, and converted at every step.
  const copies = isHalf(precision) ? 1.6 : 1;

  const keysAndValues = 2 * float * keyValueHeads * headSize * length * batch;
  // A decoder that looks at a source keeps keys and values of that too.
  const cache = keysAndValues * (isCausal ? layers : isPair ? 2 * decoderLayers : 0);
  const cached = cache * (isCausal || isPair ? cacheCopies[isCausal ? 'causal' : 'encoder-decoder'] : 0);
  const vectors = read * part * float * (2 * hidden + 2 * inner);
  // A stock graph gives every token's logits, once as the runtime's and once as a typed array.
  const logits = isCausal && !isWrittenAnew ? 2 * float * batch * part * vocabulary : 0;
  const linear = Math.round(copies * (vectors + logits + cached));

  const arrays =
    scoreArrays + (shape.architecture.masksByChoice ? chosenScoreArrays : 0) + layers * (attentions ? 2 : 1);
  const quadratic = read * part * length * Math.round(copies * heads * float * arrays);
  const activations = linear + quadratic - cache;
  return {
    parameters,
    weights,
    cache,
    activations,
    linear,
    quadratic,
    total: weights + linear + quadratic,
  };
}

/**
 * Bytes of the weights as the runtime holds them. It copies matrices into the order in which its kernels read them
 * and lets go of the file; a table of embeddings stays in the file, of which only the rows that are looked up are
 * read. Its processor kernels have no float16: those weights are held in float32, with some of the originals.
 */
function weightsInMemory(shape: ModelShape, fileBytes: number, precision: string, family: Family): number {
  const table = vocabularyTable(shape);
  const matrices =
    (shape.decoderLayers > 0 ? shape.layers : shape.ownLayers) * layerSize(shape, 1) +
    shape.decoderLayers * layerSize(shape, 2);
  const hasHead = ['causal', 'masked', 'encoder-decoder'].includes(family.name);
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
