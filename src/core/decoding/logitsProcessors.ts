/**
 * What is done to the logits before a token is chosen: the processors and warpers of Hugging Face transformers
 * (`generation/logits_process.py`, 4.57 and 5.x), each changing the logits in place. A token that is ruled out gets
 * -Infinity. In beam search they work on log probabilities instead.
 */
import { constrain, type Constraints } from './constraints';
import type { Generation } from './options';
import { largest } from './largest';

/**
 * Makes the tokens in `previous` (prompt and continuation) less likely, each once however often it stands there
 * (Keskar et al. 2019): divides a positive logit by `penalty` and multiplies a negative one.
 */
export function penalizeRepetition(logits: Float32Array, previous: readonly number[], penalty: number): void {
  const factor = Math.fround(penalty);
  for (const id of new Set(previous)) {
    const logit = logits[id];
    if (logit !== undefined) logits[id] = logit < 0 ? logit * factor : logit / factor;
  }
}

/** Rules out every token that would complete a sequence of `size` tokens that already stands in `previous`. */
export function forbidRepeatedNgrams(logits: Float32Array, previous: readonly number[], size: number): void {
  const prefix = size - 1;
  const tail = previous.length - prefix;
  for (let start = 0; start < tail; start++) {
    let same = 0;
    while (same < prefix && previous[start + same] === previous[tail + same]) same++;
    if (same === prefix) logits[previous[start + prefix]!] = -Infinity;
  }
}

/** Divides the logits by `temperature`, above 0. */
export function applyTemperature(logits: Float32Array, temperature: number): void {
  const divisor = Math.fround(temperature);
  for (let i = 0; i < logits.length; i++) logits[i] = logits[i]! / divisor;
}

/** Above this, finding the k-th largest by sorting all is as quick as by a heap. */
const HEAP_LIMIT = 1024;

/** Keeps the `k` largest logits, and all that are equal to the smallest of them. */
export function keepTopK(logits: Float32Array, k: number): void {
  if (k >= logits.length) return;
  const limit = k <= HEAP_LIMIT ? logits[largest(logits, k)[k - 1]!]! : logits.slice().sort().at(-k)!;
  for (let i = 0; i < logits.length; i++) if (logits[i]! < limit) logits[i] = -Infinity;
}

/**
 * Nucleus sampling (Holtzman et al. 2019): keeps the smallest set of the most probable tokens whose probabilities
 * sum to at least `p`, and at least `minKeep` tokens. Which of equally probable tokens are kept, transformers
 * leaves to the order its sort happens to give; here it is the lower ids.
 *
 * The logits are spread over buckets, so that only the bucket in which the sum is reached has to be sorted.
 */
export function keepTopP(logits: Float32Array, p: number, minKeep = 1): void {
  const buckets = 1024;
  let max = -Infinity;
  let min = Infinity;
  let finite = 0;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i]!;
    if (logit === -Infinity) continue;
    if (logit > max) max = logit;
    if (logit < min) min = logit;
    finite++;
  }
  if (finite <= minKeep) return;

  // Below e^-30 of the largest nothing can be told apart any more; the last bucket takes all of it.
  const scale = (buckets - 1) / Math.max(Math.min(max - min, 30), 1e-6);
  const bucketOf = (logit: number) => Math.min(Math.floor((max - logit) * scale), buckets - 1);
  const mass = new Float64Array(buckets);
  const count = new Uint32Array(buckets);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i]!;
    if (logit === -Infinity) continue;
    const bucket = bucketOf(logit);
    const weight = Math.exp(logit - max);
    mass[bucket] = mass[bucket]! + weight;
    count[bucket] = count[bucket]! + 1;
    total += weight;
  }

  // A token is kept while the sum of those before it is short of p.
  const goal = p * total;
  let before = 0;
  let kept = 0;
  let last = 0;
  while (last < buckets - 1 && (before + mass[last]! < goal || kept + count[last]! < minKeep)) {
    before += mass[last]!;
    kept += count[last]!;
    last++;
  }
  const border: number[] = [];
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i]!;
    if (logit === -Infinity) continue;
    const bucket = bucketOf(logit);
    if (bucket === last) border.push(i);
    else if (bucket > last) logits[i] = -Infinity;
  }
  border.sort((a, b) => logits[b]! - logits[a]! || a - b);
  for (const i of border) {
    const weight = Math.exp(logits[i]! - max);
    if (before < goal || kept < minKeep) {
      before += weight;
      kept++;
    } else logits[i] = -Infinity;
  }
}

/** The part of the options that the processors look at. */
export type ProcessorOptions = Pick<
  Generation,
  | 'repetitionPenalty'
  | 'noRepeatNgramSize'
  | 'doSample'
  | 'temperature'
  | 'topK'
  | 'topP'
  | 'numBeams'
  | 'eosTokenIds'
> & {
  /** Of encoder-decoders; the sampling comes after them. */
  readonly constraints?: Constraints;
};

/** Whether `processLogits` with these options can change anything. */
export function changesLogits(options: ProcessorOptions): boolean {
  if (options.constraints !== undefined) return true;
  return options.doSample || options.repetitionPenalty !== 1 || options.noRepeatNgramSize > 0;
}

/**
 * Applies to `logits`, in place, all that `options` ask for, in transformers' order: repetition penalty, repeated
 * n-grams and, when sampling, temperature, top-k and top-p.
 *
 * @param previous the ids of prompt and continuation so far
 */
export function processLogits(
  logits: Float32Array,
  previous: readonly number[],
  options: ProcessorOptions,
): void {
  if (options.repetitionPenalty !== 1) penalizeRepetition(logits, previous, options.repetitionPenalty);
  if (options.noRepeatNgramSize > 0) forbidRepeatedNgrams(logits, previous, options.noRepeatNgramSize);
  if (options.constraints) constrain(logits, previous, options.constraints);
  if (!options.doSample) return;
  // A beam needs a token to go on with beside the ones that end it.
  const minKeep = options.numBeams > 1 ? Math.max(options.eosTokenIds.length, 1) + 1 : 1;
  if (options.temperature !== 1) applyTemperature(logits, options.temperature);
  if (options.topK > 0) keepTopK(logits, Math.max(options.topK, minKeep));
  if (options.topP < 1) keepTopP(logits, options.topP, minKeep);
}
