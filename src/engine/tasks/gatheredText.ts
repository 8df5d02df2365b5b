/** A screen shows no more in between, in milliseconds. */
const interval = 30;

/**
 * Hands on pieces of a text that grows by hundreds a second: the first at once, then together what came in 30 ms.
 * Each message takes time from the model, here and where it is shown.
 */
export class GatheredText {
  #waiting = '';
  #handedOn = -Infinity;

  constructor(
    private readonly handOn: (text: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  push(piece: string): void {
    this.#waiting += piece;
  }

  /** To be called before the model runs again: what is waiting is handed on, unless something was just now. */
  pause(): void {
    if (this.now() - this.#handedOn >= interval) this.end();
  }

  /** Hands on what is waiting. */
  end(): void {
    if (this.#waiting === '') return;
    this.handOn(this.#waiting);
    this.#waiting = '';
    this.#handedOn = this.now();
  }
}
