/** One thread of bandwidth.ts: reads its memory when told, together with the others. */
import { parentPort, workerData } from 'node:worker_threads';

const pages = 4096;
const bytes = pages * 64 * 1024;
const passes = 4;

/**
 * The WebAssembly module, by its binary format (https://webassembly.github.io/spec/core/binary/):
 *
 *     (memory (export "m") 4096)
 *     (func (export "f") (param $at i32) (param $end i32) (result i32) (local v128 v128 v128 v128)
 *       (loop  ;; 64 bytes a turn: each local is the sum of every fourth vector
 *         (local.set n (i32x4.add (local.get n) (v128.load offset=16n (local.get $at)))) ...
 *         (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
 *       (i32x4.extract_lane 0 (sum of the four)))
 */
function reader() {
  const add = [0xfd, 0xae, 0x01];
  const load = (/** @type {number} */ offset) => [0xfd, 0x00, 0x04, offset];
  const get = (/** @type {number} */ local) => [0x20, local];
  const step = [0, 1, 2, 3].flatMap((n) => [...get(2 + n), ...get(0), ...load(16 * n), ...add, 0x21, 2 + n]);
  const again = [...get(0), 0x41, 0xc0, 0x00, 0x6a, 0x22, 0x00, ...get(1), 0x49, 0x0d, 0x00];
  const sum = [...get(2), ...get(3), ...add, ...get(4), ...add, ...get(5), ...add, 0xfd, 0x1b, 0x00];
  const code = [0x01, 0x04, 0x7b, 0x03, 0x40, ...step, ...again, 0x0b, ...sum, 0x0b];
  const section = (/** @type {number} */ id, /** @type {number[]} */ content) => [
    id,
    ...length(content.length),
    ...content,
  ];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, [0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f]),
      ...section(3, [0x01, 0x00]),
      ...section(5, [0x01, 0x00, ...length(pages)]),
      ...section(7, [0x02, 0x01, 0x6d, 0x02, 0x00, 0x01, 0x66, 0x00, 0x00]),
      ...section(10, [0x01, ...length(code.length), ...code]),
    ]),
  );
}

/**
 * LEB128.
 * @param {number} value
 * @returns {number[]}
 */
function length(value) {
  return value < 128 ? [value] : [(value % 128) | 128, ...length(Math.floor(value / 128))];
}

const instance = new WebAssembly.Instance(reader());
const { m: memory, f: read } =
  /** @type {{ m: WebAssembly.Memory, f: (at: number, end: number) => number }} */ (
    /** @type {unknown} */ (instance.exports)
  );
// Pages that were never written are all the same one.
const words = new Uint32Array(memory.buffer);
for (let index = 0; index < words.length; index++) words[index] = index;

/** @type {Int32Array} */
const start = workerData;

parentPort?.on('message', () => {
  parentPort?.postMessage('ready');
  Atomics.wait(start, 0, 0);
  const from = performance.timeOrigin + performance.now();
  for (let pass = 0; pass < passes; pass++) read(0, bytes);
  parentPort?.postMessage({ bytes: bytes * passes, from, to: performance.timeOrigin + performance.now() });
});
parentPort?.postMessage('open');
