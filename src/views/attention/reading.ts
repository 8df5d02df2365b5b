import type * as vscode from 'vscode';
import type { Engine, RequestOptions } from '../../client/engineClient';
import {
  EngineError,
  type AttentionResult,
  type AttentionSource,
  type AttentionWindow,
  type EngineMethod,
  type Params,
  type Result,
} from '../../protocol/engine';
import type { ViewSource } from '../../protocol/viewState';

/** Methods that ask about attentions that the engine holds. */
type HandleMethod = { [M in EngineMethod]: Params<M> extends { handle: number } ? M : never }[EngineMethod];

interface Held {
  readonly result: AttentionResult;
  /** The engine process that holds it. */
  readonly pid: number | undefined;
}

/** What was asked of a text that is no longer shown: nobody waits for it. */
export class ClosedReading extends EngineError {
  constructor() {
    super('cancelled', 'Another text is shown.');
  }
}

/** The last handle that was chosen: each reading has its own, in whichever engine process. */
let lastHandle = 0;

/** The attentions of one text: read once, and again when the engine has ended or given them up, until it is closed. */
export class Reading {
  private readonly handle = ++lastHandle;
  private held: Promise<Held>;
  /** Stops what is being read, if something is. */
  private reading = new AbortController();
  private closed = false;
  /** How many works need it to stay open, and whether it is to be closed after them. */
  private works = 0;
  private closing = false;
  private rolledOut: Held | undefined;
  private shown: AttentionWindow | undefined;
  #failed = false;

  /** @param at an offset of the text: of a long one, the window is read in which it stands, and not the source's */
  constructor(
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
    private place: ViewSource,
    private readonly at?: number,
  ) {
    this.held = this.read();
  }

  /** What is read; its window is known once it has been read. */
  get source(): ViewSource {
    return this.place;
  }

  /** Nothing until it has been read. */
  get window(): AttentionWindow | undefined {
    return this.shown;
  }

  /** Whether it was stopped or couldn't be read. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Whether it is the same that would be read of `source` at an offset; what was stopped or has failed isn't. */
  isOf({ text, model, window, part }: ViewSource, at: number | undefined): boolean {
    const { place, failed } = this;
    if (failed || place.text !== text || place.model !== model || place.part !== part) return false;
    return at === undefined ? place.window === window : this.at === at;
  }

  /** Stops reading, if it still goes on. */
  stop(): void {
    this.reading.abort();
  }

  /** Rejects with an `EngineError`; a `ClosedReading` when it was closed meanwhile. */
  async result(): Promise<AttentionResult> {
    return (await this.whileOpen(this.held)).result;
  }

  /** Asks about the attentions; they are read again where they are gone. Rejects as `result` does. */
  async ask<M extends HandleMethod>(
    method: M,
    params: Omit<Params<M>, 'handle'>,
    options?: RequestOptions<M>,
  ): Promise<Result<M>> {
    const { held } = this;
    const known = await this.whileOpen(held);
    if (known.pid !== undefined && known.pid === this.engine.pid) {
      try {
        return await this.whileOpen(this.request(known, method, params, options));
      } catch (error) {
        if (!(error instanceof EngineError && error.code === 'gone')) throw error;
      }
    }
    // Of several that find them gone, the first has them read.
    if (this.held === held) this.held = this.read();
    return this.whileOpen(this.request(await this.whileOpen(this.held), method, params, options));
  }

  /**
   * Stops reading, and lets the engine forget the text: also when it had just read it, and its answer was on the way.
   * Nothing is lost when it can't: another process has no such handle.
   */
  async close(): Promise<void> {
    this.closing = true;
    if (this.works > 0) return;
    this.closed = true;
    this.stop();
    try {
      if (this.engine.pid !== undefined) await this.engine.request('closeAttention', { handle: this.handle });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }

  /** Stays open until `work` is done, whatever is shown meanwhile. */
  async openFor<T>(work: () => Promise<T>): Promise<T> {
    this.works++;
    try {
      return await work();
    } finally {
      this.works--;
      if (this.closing) void this.close();
    }
  }

  /** What comes of `work`; what fails because the reading was closed, or only then, is nobody's failure. */
  private async whileOpen<T>(work: Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await work;
    } catch (error) {
      throw this.closed ? new ClosedReading() : error;
    }
    if (this.closed) throw new ClosedReading();
    return result;
  }

  private read(): Promise<Held> {
    this.reading = new AbortController();
    const held = this.readOnce(this.reading.signal);
    // Whoever asks is told; that nobody does is no failure of its own.
    held.catch(() => (this.#failed = true));
    return held;
  }

  private async readOnce(signal: AbortSignal): Promise<Held> {
    const { model, text, part } = this.place;
    const where = this.at === undefined || this.shown ? { window: this.place.window } : { at: this.at };
    const result = await this.engine.request(
      'attention',
      { handle: this.handle, model, text, ...where, ...(part && { part }) },
      { priority: 'interactive', signal },
    );
    this.shown = result.window;
    this.place = { ...this.place, window: result.window.index };
    const { loadMs, runMs } = result.timing;
    this.log.info(
      `attention: ${result.tokens.length} tokens, load ${loadMs.toFixed(0)} ms, run ${runMs.toFixed(0)} ms`,
    );
    return { result, pid: this.engine.pid };
  }

  private async request<M extends HandleMethod>(
    held: Held,
    method: M,
    params: Omit<Params<M>, 'handle'>,
    options?: RequestOptions<M>,
  ): Promise<Result<M>> {
    const { handle } = this;
    // The engine computes a rollout when it is first wanted, and holds it for as long as the text.
    const { source } = params as { source?: AttentionSource };
    if (source?.kind === 'rollout' && this.rolledOut !== held) {
      await this.engine.request('attentionRollout', { handle }, { signal: options?.signal });
      this.rolledOut = held;
    }
    return this.engine.request(method, { ...params, handle }, options);
  }
}
