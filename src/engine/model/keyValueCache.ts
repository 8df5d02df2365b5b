/**
 * Past keys and values of a causal model, in typed arrays that are given to the session as they are. Capacity
 * grows in buckets, so that a step appends its new rows without copying the old ones; the unused tail is masked.
 */

/** Element types a cache can have; float16 is kept as its bits. */
export type CacheArray = Float32Array | Uint16Array;

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  readonly type: 'float32' | 'float16';
}

/** Positions by which the capacity grows; measured as a good compromise of copies and masked work. */
const bucket = 128;

export class KeyValueCache {
  /** Positions that are filled. */
  length = 0;
  /** Positions that there is room for. */
  capacity = 0;
  /** By layer. */
  keys: CacheArray[];
  values: CacheArray[];

  constructor(
    readonly shape: CacheShape,
    /** Positions that the model has. */
    private readonly window: number,
    public batch = 1,
  ) {
    this.keys = Array.from({ length: shape.layers }, () => this.#allocate(0));
    this.values = Array.from({ length: shape.layers }, () => this.#allocate(0));
  }

  /** Dims of each array: [batch, heads, capacity, headSize]. */
  get dims(): number[] {
    return [this.batch, this.shape.heads, this.capacity, this.shape.headSize];
  }

  /** Bytes of keys and values, with the room that isn't filled. */
  get bytes(): number {
    return [...this.keys, ...this.values].reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Forgets all positions from `length` on. Their room stays. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /**
   * Gives back room for more than what is written next: each step pays for masked room too, and continuations that
   * shared this cache have left much of it.
   */
  trim(): void {
    const roomy = Math.ceil((this.length + bucket / 2) / bucket) * bucket;
    if (this.capacity - roomy > bucket) this.#resize(roomy);
  }

  /** A cache of its own with the first `length` positions. */
  copy(length: number): KeyValueCache {
    const copy = new KeyValueCache(this.shape, this.window, this.batch);
    const kept = this.length;
    // Resizing copies what is filled.
    this.length = Math.min(kept, length);
    copy.#takeResized(this, Math.ceil(this.length / bucket) * bucket);
    this.length = kept;
    return copy;
  }

  #takeResized(from: KeyValueCache, capacity: number): void {
    [this.keys, this.values] = [from.keys, from.values];
    [this.length, this.capacity] = [from.length, from.capacity];
    this.#resize(capacity);
  }

  /**
   * Makes room for `count` more positions.
   * @param ahead how many more are known to come after these
   */
  reserve(count: number, ahead = 0): void {
    const needed = this.length + count;
    if (needed <= this.capacity) return;
    // Behind a prompt there is room for what is written next: growing takes longer than a step. The prompt's second
    // half is reserved at once; before, masked room would cost each chunk more than growing again.
    const spare = (count > 1 ? bucket / 2 : 0) + (ahead <= needed ? ahead : 0);
    const roomy = Math.ceil((needed + spare) / bucket) * bucket;
    // The last token of a full window is read with all others in the past.
    this.#resize(Math.max(needed, Math.min(roomy, this.window - 1)));
  }

  /**
   * Takes spare room away so that past and `count` new positions are no more than the window: graphs with a causal
   * mask of fixed size (GPT-2's) can't take more, masked or not.
   */
  fit(count: number): void {
    if (this.capacity + count > this.window) this.#resize(Math.max(this.length, this.window - count));
  }

  /**
   * Appends `count` new positions.
   * @param keys by layer, [batch, heads, count, headSize]
   * @param values likewise
   */
  append(count: number, keys: readonly CacheArray[], values: readonly CacheArray[]): void {
    this.reserve(count);
    const { headSize } = this.shape;
    const copy = (target: CacheArray, added: CacheArray): void =>
      this.#eachRow((row) => {
        target.set(
          added.subarray(row * count * headSize, (row + 1) * count * headSize),
          (row * this.capacity + this.length) * headSize,
        );
      });
    this.keys.forEach((target, layer) => copy(target, keys[layer]!));
    this.values.forEach((target, layer) => copy(target, values[layer]!));
    this.length += count;
  }

  /**
   * Appends `count` new positions that came in one array.
   * @param packed [layers, 2, batch, heads, count, headSize], keys before values
   * @param ahead how many more are known to come after these
   */
  appendPacked(count: number, packed: Float32Array, ahead = 0): void {
    this.reserve(count, ahead);
    const { layers, heads, headSize } = this.shape;
    const size = count * headSize;
    let from = 0;
    for (let layer = 0; layer < layers; layer++)
      for (const target of [this.keys[layer]!, this.values[layer]!])
        for (let row = 0; row < this.batch * heads; row++, from += size)
          target.set(packed.subarray(from, from + size), (row * this.capacity + this.length) * headSize);
    this.length += count;
  }

  /**
   * Takes whole arrays as a graph returned them: [batch, heads, length, headSize] with no unused tail.
   */
  replace(length: number, keys: CacheArray[], values: CacheArray[]): void {
    this.keys = keys;
    this.values = values;
    this.length = length;
    this.capacity = length;
  }

  /** Keeps the rows of the batch in `rows`' order; one may come several times (beams) or not at all. */
  reorder(rows: readonly number[]): void {
    if (rows.length === this.batch && rows.every((row, index) => row === index)) return;
    const size = this.shape.heads * this.capacity * this.shape.headSize;
    const pick = (old: CacheArray): CacheArray => {
      const picked = this.#allocateSize(rows.length * size);
      rows.forEach((row, index) => picked.set(old.subarray(row * size, (row + 1) * size), index * size));
      return picked;
    };
    this.keys = this.keys.map(pick);
    this.values = this.values.map(pick);
    this.batch = rows.length;
  }

  #resize(capacity: number): void {
    const move = (old: CacheArray): CacheArray => {
      const moved = this.#allocate(capacity);
      this.#eachRow((row) => {
        const from = row * this.capacity * this.shape.headSize;
        moved.set(
          old.subarray(from, from + this.length * this.shape.headSize),
          row * capacity * this.shape.headSize,
        );
      });
      return moved;
    };
    this.keys = this.keys.map(move);
    this.values = this.values.map(move);
    this.capacity = capacity;
  }

  #allocate(capacity: number): CacheArray {
    return this.#allocateSize(this.batch * this.shape.heads * capacity * this.shape.headSize);
  }

  #allocateSize(size: number): CacheArray {
    return this.shape.type === 'float16' ? new Uint16Array(size) : new Float32Array(size);
  }

  #eachRow(action: (row: number) => void): void {
    for (let row = 0; row < this.batch * this.shape.heads; row++) action(row);
  }
}
