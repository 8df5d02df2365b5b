/** What a step of a rewritten decoder (`onnx/decoder`) is fed with. */
import { decodeNames } from '../onnx/decoder/decodeGraph';
import type { TensorData } from '../onnx/session';
import type { KeyValueCache } from './keyValueCache';

/** Which of the new positions' logits are wanted. */
export type WantedLogits = 'none' | 'last' | 'all' | readonly number[];

/** What is added to the score of a position that can't be seen: the lowest float32, as in transformers. */
export const unseen = -3.4028234663852886e38;

/** Where new tokens stand and what each sees, where that isn't one after the other. */
export interface View {
  /** [count] */
  readonly positions: readonly number[];
  /** [count, capacity + count] */
  readonly mask: Float32Array;
}

/**
 * @param ids [batch][count], new tokens behind what the cache holds
 * @param view by default, each token follows the one before it and sees all up to itself
 */
export function decodeFeeds(
  cache: KeyValueCache,
  ids: readonly (readonly number[])[],
  wanted: WantedLogits,
  view?: View,
): Record<string, TensorData> {
  const count = ids[0]!.length;
  const { capacity, length, dims } = cache;
  const positions =
    wanted === 'none'
      ? []
      : wanted === 'last'
        ? [count - 1]
        : wanted === 'all'
          ? [...Array(count).keys()]
          : wanted;
  const feeds: Record<string, TensorData> = {
    [decodeNames.ids]: int64([ids.length, count], ids.flat()),
    [decodeNames.positions]: int64([1, count], view?.positions ?? ids[0]!.map((_, index) => length + index)),
    [decodeNames.mask]: {
      type: 'float32',
      data: view?.mask ?? causalMask(count, length, capacity),
      dims: [1, 1, count, capacity + count],
    },
    [decodeNames.split]: int64([2], [capacity, count]),
    [decodeNames.wanted]: int64([positions.length], positions),
  };
  for (let layer = 0; layer < cache.shape.layers; layer++) {
    feeds[decodeNames.pastKey(layer)] = { type: 'float32', data: cache.keys[layer]!, dims };
    feeds[decodeNames.pastValue(layer)] = { type: 'float32', data: cache.values[layer]!, dims };
  }
  return feeds;
}

/** Past positions are seen by all new ones, the cache's spare room by none, new positions by those behind them. */
function causalMask(count: number, length: number, capacity: number): Float32Array {
  const width = capacity + count;
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    data.fill(unseen, row * width + length, row * width + capacity);
    data.fill(unseen, row * width + capacity + row + 1, (row + 1) * width);
  }
  return data;
}

function int64(dims: readonly number[], values: readonly number[]): TensorData {
  return { type: 'int64', data: BigInt64Array.from(values, BigInt), dims };
}
