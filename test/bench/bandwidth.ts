/**
 * The read bandwidth of the machine's memory: as many threads as the models get read, at the same time, each its own
 * 256 MB, which is more than any cache holds, by vector loads and sums in WebAssembly.
 */
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { threads } from './contenders/contender';

export class Bandwidth {
  readonly #workers: Worker[];
  readonly #start = new Int32Array(new SharedArrayBuffer(4));
  readonly samples: number[] = [];

  private constructor() {
    this.#workers = Array.from(
      { length: threads },
      () => new Worker(path.join(import.meta.dirname, 'bandwidthWorker.mjs'), { workerData: this.#start }),
    );
  }

  static async open(): Promise<Bandwidth> {
    const bandwidth = new Bandwidth();
    await Promise.all(bandwidth.#workers.map(answer));
    await bandwidth.#measure();
    return bandwidth;
  }

  /** Measures once, some 0.1 s: 10^9 bytes a second. */
  async sample(): Promise<number> {
    const sample = await this.#measure();
    this.samples.push(sample);
    return sample;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #measure(): Promise<number> {
    Atomics.store(this.#start, 0, 0);
    const ready = this.#workers.map(answer);
    for (const worker of this.#workers) worker.postMessage('read');
    await Promise.all(ready);
    const reads = this.#workers.map(answer);
    Atomics.store(this.#start, 0, 1);
    Atomics.notify(this.#start, 0);
    const spans = (await Promise.all(reads)) as { bytes: number; from: number; to: number }[];
    const bytes = spans.reduce((sum, span) => sum + span.bytes, 0);
    const from = Math.min(...spans.map((span) => span.from));
    const to = Math.max(...spans.map((span) => span.to));
    return bytes / ((to - from) * 1e6);
  }
}

function answer(worker: Worker): Promise<unknown> {
  // An error in a worker ends the bench: nobody listens for it.
  return new Promise((resolve) => worker.once('message', resolve));
}
