import type { Engine, RequestOptions } from '../../../../src/client/engineClient';
import {
  EngineError,
  type AttentionResult,
  type EngineErrorCode,
  type EngineMethod,
  type Params,
  type Result,
} from '../../../../src/protocol/engine';

/** A request as the engine got it, answered by the test. */
export interface Asked {
  readonly method: EngineMethod;
  readonly params: Record<string, unknown>;
  answer(value?: unknown): Promise<void>;
  fail(code: EngineErrorCode): Promise<void>;
}

/** An engine that does nothing but what a test says. */
export class FakeEngine implements Engine {
  readonly asked: Asked[] = [];
  pid: number | undefined = 1;

  request<M extends EngineMethod>(
    method: M,
    params: Params<M>,
    { signal }: RequestOptions<M> = {},
  ): Promise<Result<M>> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => reject(new EngineError('cancelled', 'Cancelled.'));
      if (signal?.aborted) return cancel();
      signal?.addEventListener('abort', cancel);
      this.asked.push({
        method,
        params: params as Record<string, unknown>,
        answer: async (value = {}) => (resolve(value as Result<M>), settle()),
        fail: async (code) => (reject(new EngineError(code, code)), settle()),
      });
    });
  }

  /** The methods that were asked for since the last time. */
  taken(): EngineMethod[] {
    return this.asked.splice(0).map(({ method }) => method);
  }

  restart(): Promise<void> {
    return Promise.resolve();
  }

  onActivity(): () => void {
    return () => undefined;
  }

  dispose(): void {}
}

/** Whatever waits for a promise has gone on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What the engine says of a text of one token. */
export function attentionResult(handle: number): AttentionResult {
  const tokens = [{ id: 1, text: 'a', start: 0, end: 1, special: false }];
  return {
    model: 'fake',
    handle,
    part: 'self',
    parts: ['self'],
    tokens,
    keyTokens: tokens,
    layers: 1,
    heads: 1,
    causal: true,
    window: { index: 0, count: 1, start: 0, end: 1 },
    timing: { loadMs: 0, runMs: 0 },
    queries: [[0]],
    keys: [[0]],
    thumbnailRows: 1,
    thumbnailColumns: 1,
    thumbnails: new Uint8Array(1),
  };
}
