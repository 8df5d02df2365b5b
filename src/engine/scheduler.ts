import { EngineError, type Priority } from '../protocol/engine';

const ranks: Record<Priority, number> = { typing: 0, interactive: 1, background: 2 };

/**
 * Awaited by a task between two runs of a model: lets messages in, gives way to more urgent work, and throws
 * `EngineError('cancelled')` once the request has been cancelled.
 */
export type Turn = () => Promise<void>;

export interface Job {
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

interface Waiter {
  readonly rank: number;
  /** Arrival: earlier jobs of the same rank go first, also when they come back from giving way. */
  readonly arrival: number;
  readonly wake: () => void;
}

/**
 * Lets one task at a time use the processor, the most urgent first. A run of ONNX Runtime blocks the thread, so
 * two tasks side by side would only slow each other down.
 */
export class Scheduler {
  #waiting: Waiter[] = [];
  #busy = false;
  #arrivals = 0;

  /** Runs `work` when it is its turn. Rejects with `EngineError('cancelled')` when cancelled before or during it. */
  async run<T>(job: Job, work: (turn: Turn) => Promise<T>): Promise<T> {
    const rank = ranks[job.priority];
    const arrival = this.#arrivals++;
    const turn = async (): Promise<void> => {
      // A whole round of the event loop, so that a cancel or a more urgent request that has arrived is seen.
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(job.signal);
      if (this.#waiting.some((waiter) => waiter.rank < rank)) {
        this.#release();
        await this.#acquire(rank, arrival);
        throwIfCancelled(job.signal);
      }
    };
    await this.#acquire(rank, arrival);
    try {
      throwIfCancelled(job.signal);
      return await work(turn);
    } finally {
      this.#release();
    }
  }

  async #acquire(rank: number, arrival: number): Promise<void> {
    if (!this.#busy) {
      this.#busy = true;
      return;
    }
    await new Promise<void>((wake) => this.#waiting.push({ rank, arrival, wake }));
  }

  #release(): void {
    let next: Waiter | undefined;
    for (const waiter of this.#waiting) {
      if (!next || waiter.rank < next.rank || (waiter.rank === next.rank && waiter.arrival < next.arrival)) {
        next = waiter;
      }
    }
    if (!next) {
      this.#busy = false;
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.wake();
  }
}

/** A turn for callers that run one task alone, such as the command line. */
export function soleTurn(signal: AbortSignal): Turn {
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal);
  };
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new EngineError('cancelled', 'Cancelled.');
}
