import assert from 'node:assert/strict';
import { KeyValueCache } from '../../../../src/engine/model/keyValueCache';

const shape = { layers: 2, heads: 2, headSize: 3, type: 'float32' as const };

/** New rows for one layer, [batch, heads, count, headSize], each value telling where it belongs. */
function rows(batch: number, count: number, position: number, layer: number): Float32Array {
  const values: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let head = 0; head < shape.heads; head++)
      for (let i = 0; i < count; i++)
        for (let d = 0; d < shape.headSize; d++)
          values.push(layer * 1e6 + b * 1e5 + head * 1e4 + (position + i) * 10 + d);
  return Float32Array.from(values);
}

function append(cache: KeyValueCache, count: number): void {
  const layers = [0, 1].map((layer) => rows(cache.batch, count, cache.length, layer));
  cache.append(count, layers, layers);
}

/** The filled part of one layer, in the order of `rows`. */
function filled(cache: KeyValueCache, layer: number): number[] {
  const values: number[] = [];
  for (let row = 0; row < cache.batch * shape.heads; row++) {
    const from = row * cache.capacity * shape.headSize;
    values.push(...cache.keys[layer]!.subarray(from, from + cache.length * shape.headSize));
  }
  return values;
}

describe('KeyValueCache', () => {
  it('is empty at first: past inputs of length 0', () => {
    assert.deepEqual(new KeyValueCache(shape, 1024).dims, [1, 2, 0, 3]);
  });

  it('keeps what was appended when it grows into the next bucket', () => {
    const cache = new KeyValueCache(shape, 1024, 2);
    append(cache, 5);
    assert.equal(cache.capacity, 128);
    append(cache, 123);
    append(cache, 1);
    assert.equal(cache.length, 129);
    assert.equal(cache.capacity, 256);
    for (const layer of [0, 1]) assert.deepEqual(filled(cache, layer), [...rows(2, 129, 0, layer)]);
  });

  it('reserves the second half of a prompt at once, with room for what is written behind it', () => {
    const cache = new KeyValueCache(shape, 1024);
    const { layers, heads, headSize } = shape;
    for (const ahead of [384, 256, 128, 0])
      cache.appendPacked(128, new Float32Array(layers * 2 * heads * 128 * headSize), ahead);
    assert.equal(cache.length, 512);
    assert.equal(cache.capacity, 640);
  });

  it('puts new keys and values of several rows that come in one array where they belong', () => {
    const { layers, headSize } = shape;
    const cache = new KeyValueCache(shape, 1024, 2);
    const expected = Array.from({ length: 2 * layers }, () => new Array<number>());
    for (const count of [3, 1]) {
      const part = Array.from({ length: 2 * layers }, (_, at) => rows(2, count, cache.length, at));
      cache.appendPacked(count, Float32Array.from(part.flatMap((values) => [...values])));
    }
    for (const [at, all] of expected.entries()) all.push(...rows(2, 4, 0, at));
    for (let layer = 0; layer < layers; layer++) {
      assert.deepEqual(filled(cache, layer), expected[2 * layer]);
      const value = cache.values[layer]!;
      // The second row's second head, at the last position.
      const from = (3 * cache.capacity + 3) * headSize;
      assert.deepEqual([...value.subarray(from, from + headSize)], expected[2 * layer + 1]!.slice(-headSize));
    }
  });

  it('never has more room than the window, and gives room back for a long step', () => {
    const cache = new KeyValueCache(shape, 100);
    append(cache, 5);
    assert.equal(cache.capacity, 99);
    cache.fit(40);
    assert.equal(cache.capacity, 60);
    assert.deepEqual(filled(cache, 0), [...rows(1, 5, 0, 0)]);
    append(cache, 95);
    assert.equal(cache.length, 100);
  });

  it('reorders the rows of a batch, repeating and dropping them', () => {
    const cache = new KeyValueCache(shape, 1024, 2);
    append(cache, 2);
    const before = filled(cache, 1);
    const half = before.length / 2;
    cache.reorder([1, 1, 0]);
    assert.equal(cache.batch, 3);
    assert.deepEqual(filled(cache, 1), [
      ...before.slice(half),
      ...before.slice(half),
      ...before.slice(0, half),
    ]);
  });

  it('keeps float16 as its bits', () => {
    const cache = new KeyValueCache({ ...shape, type: 'float16' }, 1024);
    const half = Uint16Array.from({ length: 6 }, (_, index) => 0x3c00 + index);
    cache.append(1, [half, half], [half, half]);
    assert.ok(cache.keys[0] instanceof Uint16Array);
    assert.equal(cache.keys[0][0], 0x3c00);
  });
});
