import assert from 'node:assert/strict';
import { ContextStore } from '../../../../src/engine/model/contextStore';
import { KeyValueCache } from '../../../../src/engine/model/keyValueCache';

const shape = { layers: 1, heads: 1, headSize: 1, type: 'float32' as const };

/** A cache whose value at each position is the id that was read there. */
function cacheOf(ids: readonly number[]): KeyValueCache {
  const cache = new KeyValueCache(shape, Infinity);
  if (ids.length > 0) cache.append(ids.length, [Float32Array.from(ids)], [Float32Array.from(ids)]);
  return cache;
}

function idsIn(taken: { cache: KeyValueCache } | undefined): number[] | undefined {
  return taken && [...taken.cache.keys[0]!.subarray(0, taken.cache.length)];
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('ContextStore', () => {
  it('gives what a longer text begins with', () => {
    const store = new ContextStore();
    store.keep([1, 2, 3], cacheOf([1, 2, 3]));
    assert.deepEqual(idsIn(store.take([1, 2, 3, 4, 5])), [1, 2, 3]);
    assert.equal(store.take([1, 2, 3, 4]), undefined, 'it is with whom took it');
  });

  it('keeps no room for what was written by others', () => {
    const store = new ContextStore();
    const cache = cacheOf(range(0, 100));
    cache.reserve(600);
    cache.truncate(90);
    store.keep(range(0, 90), cache);
    const taken = store.take(range(0, 95));
    assert.deepEqual(idsIn(taken), range(0, 90));
    assert(taken!.cache.capacity <= 256, `room for ${taken!.cache.capacity}`);
  });

  it('leaves at least the last token to be read', () => {
    const store = new ContextStore();
    store.keep([1, 2, 3], cacheOf([1, 2, 3]));
    assert.deepEqual(idsIn(store.take([1, 2, 3])), [1, 2]);
  });

  it('gives all of a prompt whose logits at the end are known, and those', () => {
    const store = new ContextStore();
    const end = { length: 3, logits: Float32Array.of(0.5) };
    const kept = [1, 2, 3, 4, 5];
    const keep = (): void => store.keep(kept, cacheOf(kept), end);
    keep();
    const again = store.take([1, 2, 3]);
    assert.deepEqual(idsIn(again), [1, 2, 3]);
    assert.equal(again?.end, end);
    keep();
    assert.equal(store.take([1, 2, 3, 4])?.end, undefined, 'of another length');
    keep();
    assert.equal(store.take([1, 2, 9])?.end, undefined, 'with another token');
  });

  it('cuts what was deleted, and what stands behind an insertion', () => {
    const store = new ContextStore();
    store.keep(range(0, 20), cacheOf(range(0, 20)));
    const deleted = store.take(range(0, 15))!;
    assert.deepEqual(idsIn(deleted), range(0, 14));
    store.keep(range(0, 14), deleted.cache);
    assert.deepEqual(idsIn(store.take([...range(0, 10), 99, ...range(10, 14)])), range(0, 10));
  });

  it('takes the longest beginning there is', () => {
    const store = new ContextStore();
    store.keep([1, 2, 9, 9], cacheOf([1, 2, 9, 9]));
    store.keep([1, 2, 3, 4], cacheOf([1, 2, 3, 4]));
    store.keep([1, 5, 6, 7], cacheOf([1, 5, 6, 7]));
    assert.deepEqual(idsIn(store.take([1, 2, 3, 4, 5])), [1, 2, 3, 4]);
  });

  it('copies the beginning of a context that goes on differently for long, and leaves a short one', () => {
    const store = new ContextStore();
    const long = range(0, 100);
    store.keep(long, cacheOf(long));
    const copy = store.take([...range(0, 20), 500, 501])!;
    assert.deepEqual(idsIn(copy), range(0, 20));
    copy.cache.append(1, [Float32Array.of(500)], [Float32Array.of(500)]);
    assert.equal(store.take([0, 1, 2, 700]), undefined);
    assert.deepEqual(idsIn(store.take([...long, 100])), long, 'the long one is still there, unchanged');
  });

  it('is bounded in bytes: what was used longest ago goes', () => {
    // Each cache has room for 128 positions: 1,024 bytes of keys and values.
    const store = new ContextStore(2 * 1024);
    for (const first of [1, 2, 3]) store.keep([first, 0], cacheOf([first, 0]));
    assert.equal(store.bytes, 2 * 1024);
    assert.equal(store.take([1, 0, 5]), undefined);
    assert.deepEqual(idsIn(store.take([2, 0, 5])), [2, 0]);
  });

  it('keeps no context that is the beginning of another', () => {
    const store = new ContextStore();
    store.keep([1, 2], cacheOf([1, 2]));
    store.keep([1, 2, 3], cacheOf([1, 2, 3]));
    assert.equal(store.bytes, 1024);
  });
});
