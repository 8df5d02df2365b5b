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
  /** Called whenever it gets the processor. */
  readonly onTurn?: () => void;
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
    let holding = false;
    const turn = async (): Promise<void> => {
      // A whole round of the event loop, so that a cancel or a more urgent request that has arrived is seen.
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(job.signal);
      if (this.#waiting.some((waiter) => waiter.rank < rank)) {
        holding = false;
        this.#release();
        await acquire();
      }
    };
    const acquire = async (): Promise<void> => {
      await this.#acquire(rank, arrival, job.signal);
      holding = true;
      throwIfCancelled(job.signal);
      job.onTurn?.();
    };
    try {
      await acquire();
      return await work(turn);
    } finally {
      // A job that was cancelled while it waited has nothing to give back.
      if (holding) this.#release();
    }
  }

  /** Rejects as soon as `signal` is aborted: a cancel isn't to wait for the job that runs now. */
  async #acquire(rank: number, arrival: number, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    if (!this.#busy) {
      this.#busy = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(cancelled());
      };
      const wake = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const waiter: Waiter = { rank, arrival, wake };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
    });
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
  if (signal.aborted) throw cancelled();
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'Cancelled.');
}
