/**
 * The complete options of one generation: what the caller asks, else the model's `generation_config.json`, else
 * the defaults of Hugging Face transformers (`GenerationConfig`, 4.57 and 5.x).
 */

/** What a caller may ask for; what is left out comes from the model's files. */
export interface RequestedGeneration {
  /** At most this many tokens are written; at least 1. */
  maxNewTokens?: number;
  /** Sample from the distribution instead of taking its maximum. */
  doSample?: boolean;
  /** Divides the logits, above 0. */
  temperature?: number;
  /** Keep the k most probable tokens; 0 keeps all. */
  topK?: number;
  /** Keep the smallest set whose probabilities sum to at least this, in (0, 1]. */
  topP?: number;
  /** Above 1, tokens that already stand in the text become less likely (Keskar et al. 2019). */
  repetitionPenalty?: number;
  /** No sequence of this many tokens may come twice; 0 is none. */
  noRepeatNgramSize?: number;
  /** Beam search with this many beams; 1 is none. */
  numBeams?: number;
  /** Exponent of the length by which a beam's score is divided. */
  lengthPenalty?: number;
  earlyStopping?: EarlyStopping;
  /** Seed of the sampler; the same seed, model and text give the same continuation. */
  seed?: number;
  /** Generation ends at the first of these strings, which isn't part of the result. */
  stop?: readonly string[];
}

/**
 * When beam search ends: `true` at `numBeams` finished beams, `false` when a better one is unlikely, `'never'`
 * only when a better one is impossible.
 */
export type EarlyStopping = boolean | 'never';

export interface Generation {
  /** At least 1. */
  maxNewTokens: number;
  doSample: boolean;
  /** Above 0. */
  temperature: number;
  /** Tokens that sampling keeps; 0 keeps all. */
  topK: number;
  /** Probability mass that sampling keeps, in (0, 1]. */
  topP: number;
  /** Above 0; 1 is none. */
  repetitionPenalty: number;
  /** Length of the token sequences that may not come twice; 0 is none. */
  noRepeatNgramSize: number;
  /** 1 is no beam search. */
  numBeams: number;
  lengthPenalty: number;
  earlyStopping: EarlyStopping;
  /** `undefined` for a different continuation each time. */
  seed: number | undefined;
  stop: readonly string[];
  /** Ids that end the text; may be empty. */
  eosTokenIds: readonly number[];
}

interface Range {
  /** The allowed values in words, as the end of "must be ...". */
  words: string;
  holds(value: unknown): boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

const boolean: Range = { words: 'true or false', holds: (value) => typeof value === 'boolean' };
const positive: Range = { words: 'a number above 0', holds: (value) => isNumber(value) && value > 0 };
const anyNumber: Range = { words: 'a number', holds: isNumber };
const natural: Range = {
  words: 'a whole number of at least 0',
  holds: (value) => isInteger(value) && value >= 0,
};
const atLeastOne: Range = {
  words: 'a whole number of at least 1',
  holds: (value) => isInteger(value) && value >= 1,
};
const beamCount: Range = {
  words: 'a whole number from 1 to 64',
  holds: (value) => isInteger(value) && value >= 1 && value <= 64,
};
const probabilityMass: Range = {
  words: 'a number above 0 and at most 1',
  holds: (value) => isNumber(value) && value > 0 && value <= 1,
};
const earlyStoppings: Range = {
  words: "true, false or 'never'",
  holds: (value) => typeof value === 'boolean' || value === 'never',
};
const isStopString = (value: unknown) => typeof value === 'string' && value !== '';
const stopStrings: Range = {
  words: 'a list of strings that are not empty',
  holds: (value) => Array.isArray(value) && value.every(isStopString),
};
const tokenIds: Range = {
  words: 'a token id or a list of them',
  holds: (value) => (Array.isArray(value) ? value : [value]).every((id) => isInteger(id) && id >= 0),
};

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}

function check(name: string, value: unknown, range: Range): void {
  if (!range.holds(value)) throw new RangeError(`${name} is ${show(value)}; it must be ${range.words}.`);
}

function fields(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
}

/**
 * Completes the options of a generation.
 *
 * The file's sampling values are looked at only when sampling, as transformers does: many models' files have some
 * that only make sense there. `max_length` is not looked at, since it counts the prompt.
 *
 * @param generationConfig the parsed `generation_config.json`, `undefined` where the model has none
 * @param modelConfig the parsed `config.json`; its `eos_token_id` counts where the other file has none
 * @param endIds ids that end a text by the tokenizer's files; they count where the other files name none
 * @throws RangeError for a value out of its range; the message names the option, the value, the range and, where
 *   the value comes from there, the file
 */
export function resolveGeneration(
  generationConfig: unknown,
  modelConfig: unknown,
  requested: RequestedGeneration = {},
  endIds: readonly number[] = [],
): Generation {
  const file = { ...fields(generationConfig) };
  // transformers takes one stop string without a list around it.
  if (typeof file.stop_strings === 'string') file.stop_strings = [file.stop_strings];
  const config = fields(modelConfig);

  function option<T>(name: keyof RequestedGeneration, key: string | undefined, range: Range, fallback: T): T {
    const asked: unknown = requested[name];
    if (asked !== undefined) {
      check(name, asked, range);
      return asked as T;
    }
    const stored = key === undefined ? undefined : file[key];
    if (stored === undefined || stored === null) return fallback;
    check(`generation_config.json: ${key}`, stored, range);
    return stored as T;
  }

  const doSample = option('doSample', 'do_sample', boolean, false);
  const whenSampling = (key: string) => (doSample ? key : undefined);
  return {
    maxNewTokens: option('maxNewTokens', 'max_new_tokens', atLeastOne, 40),
    doSample,
    temperature: option('temperature', whenSampling('temperature'), positive, 1),
    topK: option('topK', whenSampling('top_k'), natural, 50),
    topP: option('topP', whenSampling('top_p'), probabilityMass, 1),
    repetitionPenalty: option('repetitionPenalty', 'repetition_penalty', positive, 1),
    noRepeatNgramSize: option('noRepeatNgramSize', 'no_repeat_ngram_size', natural, 0),
    numBeams: option('numBeams', 'num_beams', beamCount, 1),
    lengthPenalty: option('lengthPenalty', 'length_penalty', anyNumber, 1),
    earlyStopping: option<EarlyStopping>('earlyStopping', 'early_stopping', earlyStoppings, false),
    seed: option<number | undefined>('seed', undefined, natural, undefined),
    stop: option<readonly string[]>('stop', 'stop_strings', stopStrings, []),
    eosTokenIds: endTokens(file, config) ?? endIds,
  };
}

/** Undefined where neither file says anything about it. */
function endTokens(file: Record<string, unknown>, config: Record<string, unknown>): number[] | undefined {
  for (const [name, ids] of [
    ['generation_config.json', file.eos_token_id],
    ['config.json', config.eos_token_id],
  ] as const) {
    if (ids === undefined || ids === null) continue;
    check(`${name}: eos_token_id`, ids, tokenIds);
    return Array.isArray(ids) ? (ids as number[]) : [ids as number];
  }
  return undefined;
}
