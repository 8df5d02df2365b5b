import type { ModelStore } from '../model/modelStore';
import type { Turn } from '../scheduler';

/** What a task may use besides its parameters. */
export interface TaskContext<Partial = never> {
  readonly models: ModelStore;
  /** Await it before every run of a model. */
  readonly turn: Turn;
  /** Sends a result that isn't the last. */
  readonly partial: (value: Partial) => void;
}
