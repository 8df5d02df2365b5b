import type { EngineActivity, EngineMethod, Params, PartialOf, Priority, Result } from '../protocol/engine';

/** What a caller may say about a request beside its parameters. */
export interface RequestOptions<M extends EngineMethod> {
  priority?: Priority;
  /** Aborting it rejects the request at once with `EngineError('cancelled')` and stops the engine's work. */
  signal?: AbortSignal;
  onPartial?: (value: PartialOf<M>) => void;
}

/** The editor's end of the conversation with the engine process. */
export interface Engine {
  /** Starts the process when needed. Rejects with an `EngineError`. */
  request<M extends EngineMethod>(
    method: M,
    params: Params<M>,
    options?: RequestOptions<M>,
  ): Promise<Result<M>>;
  /** Ends the process; the next request starts a new one. What was in flight rejects with `stopped`. */
  restart(): Promise<void>;
  /** Process id while the engine runs. */
  readonly pid: number | undefined;
  /** Called with what the engine does now, `null` when idle; returns an unsubscriber. */
  onActivity(listener: (activity: EngineActivity | null) => void): () => void;
  dispose(): void;
}
