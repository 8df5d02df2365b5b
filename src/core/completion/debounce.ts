/** The editor itself waits for so long after a key before it asks. */
const editorWaits = 50;
const longestWait = 300;

/**
 * How long to wait for the next key before the model is asked, by how long its answers take. A quick model is asked at
 * once, as nothing is lost when its answer is overtaken; a slow one is waited with, as it would work for nothing.
 */
export class Debounce {
  #latency = 0;

  /** @param ms what an answer took, a model's opening left out */
  learn(ms: number): void {
    this.#latency = this.#latency === 0 ? ms : 0.75 * this.#latency + 0.25 * ms;
  }

  /** Milliseconds, from 0 to 300. */
  get wait(): number {
    return Math.min(longestWait, Math.max(0, (this.#latency - 2 * editorWaits) / 2));
  }
}
