/**
 * What a written text has to keep to, whatever the probabilities: the processors of Hugging Face transformers
 * (`generation/logits_process.py`, 4.57) that encoder-decoders' `generation_config.json` ask for.
 */

export interface Constraints {
  /** No end before there are this many ids, the one that begins counted. */
  readonly minLength: number;
  /** There are at most this many ids, the one that begins counted. */
  readonly maxLength: number;
  /** What is written first, and last where the text gets too long. */
  readonly forcedFirst: number | undefined;
  readonly forcedLast: readonly number[];
  /** Sequences of ids that may not be written. */
  readonly badWords: readonly (readonly number[])[];
  readonly eosTokenIds: readonly number[];
}

/**
 * Rules out, in place, what may not come next.
 * @param written ids so far, with the one that begins
 */
export function constrain(logits: Float32Array, written: readonly number[], constraints: Constraints): void {
  const { minLength, maxLength, forcedFirst, forcedLast, badWords, eosTokenIds } = constraints;
  for (const word of badWords) {
    const before = word.slice(0, -1);
    const tail = before.length === 0 ? [] : written.slice(-before.length);
    if (before.every((id, index) => tail[index] === id)) logits[word.at(-1)!] = -Infinity;
  }
  if (written.length < minLength) for (const id of eosTokenIds) logits[id] = -Infinity;
  if (forcedFirst !== undefined && written.length === 1) force(logits, [forcedFirst]);
  if (forcedLast.length > 0 && written.length === maxLength - 1) force(logits, forcedLast);
}

function force(logits: Float32Array, ids: readonly number[]): void {
  logits.fill(-Infinity);
  for (const id of ids) logits[id] = 0;
}

/**
 * Reads the constraints of an encoder-decoder, from `generation_config.json`, else from `config.json`.
 * @param maxNewTokens ids that may be written behind the one that begins
 * @returns also the id that the decoder begins with; undefined where no file names one
 */
export function readConstraints(
  generationConfig: unknown,
  config: unknown,
  eosTokenIds: readonly number[],
  maxNewTokens: number,
): Constraints & { startId: number | undefined } {
  const files = [generationConfig, config].map((file) => (file ?? {}) as Record<string, unknown>);
  const find = (key: string): unknown =>
    files.map((file) => file[key]).find((value) => value !== undefined && value !== null);
  const id = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
  const ids = (value: unknown): number[] =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => id(one) ?? []);
  const bad = find('bad_words_ids');
  const minNew = id(find('min_new_tokens')) ?? 0;
  return {
    startId: id(find('decoder_start_token_id')) ?? id(find('bos_token_id')),
    minLength: Math.max(id(find('min_length')) ?? 0, minNew > 0 ? minNew + 1 : 0),
    maxLength: maxNewTokens + 1,
    forcedFirst: id(find('forced_bos_token_id')),
    forcedLast: ids(find('forced_eos_token_id')),
    // An end is no bad word.
    badWords: (Array.isArray(bad) ? bad : [])
      .map(ids)
      .filter((word) => word.length > 0 && !(word.length === 1 && eosTokenIds.includes(word[0]!))),
    eosTokenIds,
  };
}
