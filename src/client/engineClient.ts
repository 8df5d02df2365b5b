import { fork, type ChildProcess } from 'node:child_process';
import { say } from '../core/message';
import {
  EngineError,
  type EngineActivity,
  type EngineMethod,
  type FromEngine,
  type Params,
  type PartialOf,
  type Priority,
  type Result,
  type ToEngine,
} from '../protocol/engine';

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
  /** Ends the process; the next request starts a new one. What was in flight rejects with `restarted`. */
  restart(): Promise<void>;
  /** Process id while the engine runs. */
  readonly pid: number | undefined;
  /** Called with what the engine does now, `null` when idle; returns an unsubscriber. */
  onActivity(listener: (activity: EngineActivity | null) => void): () => void;
  dispose(): void;
}

export interface EngineOptions {
  /** The engine's bundle, `dist/engine.js`. */
  entry: string;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Added to the engine's environment; read when a process is started. */
  env?: () => Record<string, string>;
  /** Milliseconds after which an engine that doesn't answer a cancel is ended. */
  stuckAfter?: number;
}

/** An engine in a process of its own, started at the first request. */
export function createEngine(options: EngineOptions): Engine {
  return new EngineClient(options);
}

interface Pending {
  readonly message: Extract<ToEngine, { type: 'request' }>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: EngineError) => void;
  readonly onPartial: ((value: never) => void) | undefined;
  /** Whether a partial result has come: such a request can't be asked again unseen. */
  begun: boolean;
}

class EngineClient implements Engine {
  #child: ChildProcess | undefined;
  #pending = new Map<number, Pending>();
  #lastId = 0;
  #listeners = new Set<(activity: EngineActivity | null) => void>();
  /** Cancelled requests that the engine has not answered yet. */
  #stuck = new Map<number, NodeJS.Timeout>();
  #activity: EngineActivity | null = null;
  /** The request that has the processor. */
  #turn: number | undefined;
  #disposed = false;

  constructor(private readonly options: EngineOptions) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  request<M extends EngineMethod>(
    method: M,
    params: Params<M>,
    { priority = 'interactive', signal, onPartial }: RequestOptions<M> = {},
  ): Promise<Result<M>> {
    return new Promise<Result<M>>((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled());
      if (this.#disposed)
        return reject(new EngineError('stopped', say`The engine was ended with its window.`));
      const id = ++this.#lastId;
      const onAbort = (): void => this.#cancel(id);
      signal?.addEventListener('abort', onAbort, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      const pending: Pending = {
        message: { type: 'request', id, method, params, priority },
        resolve: (value) => (settled(), resolve(value)),
        reject: (error) => (settled(), reject(error)),
        onPartial,
        begun: false,
      };
      this.#pending.set(id, pending);
      this.#send(pending.message);
    });
  }

  onActivity(listener: (activity: EngineActivity | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async restart(): Promise<void> {
    await this.#end(new EngineError('restarted', say`The engine was restarted. Run the command again.`));
  }

  dispose(): void {
    this.#disposed = true;
    void this.#end(new EngineError('stopped', say`The engine was ended with its window.`));
    this.#listeners.clear();
  }

  /** The caller is told at once; the engine stops at its next turn, and is ended if it never gets there. */
  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.reject(cancelled());
    this.#send({ type: 'cancel', id });
    this.#watch(id);
  }

  /** Has the process replaced unless the cancelled request `id` is answered in time. */
  #watch(id: number): void {
    const timer = setTimeout(() => {
      // A large model is opened in one go, and a long text is read in one, for somebody who waits for it: replaced, the
      // process would begin again, perhaps for ever.
      const isForOthers = this.#turn !== undefined && this.#turn !== id && this.#pending.has(this.#turn);
      if (this.#activity?.kind === 'loading' || isForOthers) this.#watch(id);
      else this.#replaceStuck();
    }, this.options.stuckAfter ?? 10_000);
    timer.unref();
    this.#stuck.set(id, timer);
  }

  /** Ends a process that hangs in a run, and asks a new one for what else was waiting. */
  #replaceStuck(): void {
    this.options.log('warn', 'The engine did not answer a cancel and is replaced by a new process.');
    const waiting = [...this.#pending.values()].filter((pending) => !pending.begun);
    for (const { message } of waiting) this.#pending.delete(message.id);
    void this.#end(
      new EngineError('restarted', say`The engine was stuck and was restarted. Run the command again.`),
    );
    for (const pending of waiting) {
      this.#pending.set(pending.message.id, pending);
      this.#send(pending.message);
    }
  }

  #send(message: ToEngine): void {
    const child = (this.#child ??= this.#start());
    child.send(message, (error) => {
      // The process has ended; its 'exit' event tells the callers.
      if (error) this.options.log('warn', `A message to the engine was lost: ${error.message}`);
    });
  }

  #start(): ChildProcess {
    const inspect = process.env['HEADLIGHT_ENGINE_INSPECT'];
    const child = fork(this.options.entry, [], {
      // Typed arrays travel as typed arrays.
      serialization: 'advanced',
      // VS Code's own flags (loaders, its inspector's port) aren't meant for the engine.
      execArgv: inspect ? [`--inspect=${inspect}`] : [],
      env: { ...ownEnvironment(), ...this.options.env?.(), ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.options.log('info', `Engine started, process ${child.pid ?? 'unknown'}.`);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.options.log('info', text.trimEnd()));
    }
    child.on('message', (message: FromEngine) => {
      if (this.#child === child) this.#receive(message);
    });
    child.on('error', (error) => this.#ended(child, error.message));
    child.on('exit', (code, signal) =>
      code === 0 ? this.#rested(child) : this.#ended(child, signal ?? `exit code ${code}`),
    );
    return child;
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case 'ready':
        return;
      case 'turn':
        this.#turn = message.id;
        return;
      case 'activity':
        return this.#tell(message.activity);
      case 'partial': {
        const pending = this.#pending.get(message.id);
        if (!pending) return;
        pending.begun ||= !isProgress(message.value);
        return pending.onPartial?.(message.value as never);
      }
      case 'result':
      case 'error': {
        if (this.#turn === message.id) this.#turn = undefined;
        clearTimeout(this.#stuck.get(message.id));
        this.#stuck.delete(message.id);
        const pending = this.#pending.get(message.id);
        if (!pending) return;
        this.#pending.delete(message.id);
        if (message.type === 'result') return pending.resolve(message.value as never);
        const { code, said, detail, task } = message.error;
        const error = new EngineError(code, said, detail, task);
        if (code !== 'cancelled')
          this.options.log('error', `${code}: ${error.message}${detail ? `\n${detail}` : ''}`);
        return pending.reject(error);
      }
    }
  }

  /** The process had nothing to do for long and has ended; what was sent to it meanwhile goes to a new one. */
  #rested(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.options.log('info', 'The engine had nothing to do and has ended. The next request starts it again.');
    for (const timer of this.#stuck.values()) clearTimeout(timer);
    this.#stuck.clear();
    for (const { message } of this.#pending.values()) this.#send(message);
  }

  /** The process has ended by itself. */
  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.options.log('error', `The engine ended unexpectedly (${how}).`);
    this.#forget(
      new EngineError(
        'stopped',
        say`The engine ended unexpectedly (${how}); your text is untouched. Run the command again to start a new one.
          If it happens again, the model may need more memory than is free, or its file may be damaged.`,
      ),
    );
  }

  /** Ends the process; what was asked of it is rejected with `reason`. */
  async #end(reason: EngineError): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#forget(reason);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    // A run can't be interrupted from inside, so the process isn't asked.
    child.kill('SIGKILL');
    await exited;
  }

  #forget(reason: EngineError): void {
    this.#turn = undefined;
    for (const timer of this.#stuck.values()) clearTimeout(timer);
    this.#stuck.clear();
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) pending.reject(reason);
    this.#tell(null);
  }

  #tell(activity: EngineActivity | null): void {
    this.#activity = activity;
    for (const listener of this.#listeners) listener(activity);
  }
}

/** The environment without what a debugger puts there to follow every child. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['NODE_OPTIONS'];
  delete environment['VSCODE_INSPECTOR_OPTIONS'];
  return environment;
}

/** Whether a partial value only says how far the work is, so that nothing is lost when it is done anew. */
function isProgress(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'done' in value;
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'Cancelled.');
}
