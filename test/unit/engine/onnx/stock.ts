/** The fixtures' graphs and ways to run them plainly, as a yardstick. */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ort from 'onnxruntime-node';
import type { TensorInfo } from '../../../../src/engine/onnx/graph';
import type { TensorData } from '../../../../src/engine/onnx/session';

const fixtures = path.join(__dirname, '../../../fixtures');

export function fixture(name: string): string {
  return path.join(fixtures, name);
}

export interface GoldenAttention {
  readonly ids: number[];
  readonly shape: [layers: number, heads: number, queries: number, keys: number];
  /** [layers][heads][queries][keys] */
  readonly attentions: number[][][][];
}

export function goldenAttentions(name: string): GoldenAttention[] {
  const golden = JSON.parse(readFileSync(path.join(fixtures, 'golden', `${name}.json`), 'utf8')) as {
    attention: GoldenAttention[];
  };
  return golden.attention;
}

/** Tensors for every input but the cache: the ids read at once, nothing masked. */
export function tokenFeeds(
  inputs: readonly TensorInfo[],
  ids: readonly number[],
  start = 0,
): Record<string, TensorData> {
  const feeds: Record<string, TensorData> = {};
  const row = (values: readonly number[]): TensorData => ({
    type: 'int64',
    data: BigInt64Array.from(values, BigInt),
    dims: [1, values.length],
  });
  for (const { name } of inputs) {
    if (name === 'input_ids') feeds[name] = row(ids);
    if (name === 'attention_mask') feeds[name] = row(Array<number>(start + ids.length).fill(1));
    if (name === 'position_ids') feeds[name] = row(ids.map((_, index) => start + index));
    if (name === 'token_type_ids') feeds[name] = row(ids.map(() => 0));
  }
  return feeds;
}

/** An empty cache for every `past_key_values.*` input. */
export function emptyPast(inputs: readonly TensorInfo[]): Record<string, TensorData> {
  const feeds: Record<string, TensorData> = {};
  for (const { name, type, dims } of inputs)
    if (name.startsWith('past_key_values.'))
      feeds[name] = {
        type,
        data: type === 'float16' ? new Uint16Array(0) : new Float32Array(0),
        dims: [1, Number(dims[1]), 0, Number(dims[3])],
      };
  return feeds;
}

/** Runs a stock file as it is: no stub, no editing, little optimisation. Returns all of its outputs. */
export async function runPlainly(
  file: string,
  feeds: Readonly<Record<string, TensorData>>,
  options: { useCacheBranch?: boolean } = {},
): Promise<Record<string, TensorData>> {
  const session = await ort.InferenceSession.create(file, {
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 4,
  });
  const tensors: Record<string, ort.Tensor> = {};
  for (const [name, { type, data, dims }] of Object.entries(feeds))
    tensors[name] = new ort.Tensor(type as 'float32', data as Float32Array, dims);
  if (options.useCacheBranch !== undefined)
    tensors['use_cache_branch'] = new ort.Tensor('bool', [options.useCacheBranch], [1]);
  const outputs = await session.run(tensors);
  await session.release();
  return outputs as unknown as Record<string, TensorData>;
}

/** Largest absolute difference; infinite where lengths differ or a value isn't a number. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    const one = Math.abs(a[index]! - b[index]!);
    if (!(one <= largest)) largest = Number.isNaN(one) ? Infinity : one;
  }
  return largest;
}
