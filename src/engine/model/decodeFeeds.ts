/** What a step of a rewritten decoder (`onnx/decoder`) is fed with. */
import { decodeNames } from '../onnx/decoder/decodeGraph';
import type { TensorData } from '../onnx/session';
import type { KeyValueCache } from './keyValueCache';

/** Which of the new positions' logits are wanted. */
export type WantedLogits = 'none' | 'last' | 'all';

/** What is added to the score of a position that can't be seen: the lowest float32, as in transformers. */
const unseen = -3.4028234663852886e38;

/** @param ids [batch][count], new tokens behind what the cache holds */
export function decodeFeeds(
  cache: KeyValueCache,
  ids: readonly (readonly number[])[],
  wanted: WantedLogits,
): Record<string, TensorData> {
  const count = ids[0]!.length;
  const { capacity, length, dims } = cache;
  const positions = wanted === 'none' ? [] : wanted === 'last' ? [count - 1] : [...Array(count).keys()];
  const feeds: Record<string, TensorData> = {
    [decodeNames.ids]: int64([ids.length, count], ids.flat()),
    [decodeNames.positions]: int64(
      [1, count],
      ids[0]!.map((_, index) => length + index),
    ),
    [decodeNames.mask]: mask(count, length, capacity),
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
function mask(count: number, length: number, capacity: number): TensorData {
  const width = capacity + count;
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    data.fill(unseen, row * width + length, row * width + capacity);
    data.fill(unseen, row * width + capacity + row + 1, (row + 1) * width);
  }
  return { type: 'float32', data, dims: [1, 1, count, width] };
}

function int64(dims: readonly number[], values: readonly number[]): TensorData {
  return { type: 'int64', data: BigInt64Array.from(values, BigInt), dims };
}
