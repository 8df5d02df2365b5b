import type {
  ToView,
  ViewMethod,
  ViewNotice,
  ViewParams,
  ViewPartial,
  ViewResult,
} from '../../protocol/view';

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  onPartial: ((value: never) => void) | undefined;
}

export interface Asking<M extends ViewMethod> {
  /** Aborting it tells the editor that the result is no longer wanted; the request then rejects. */
  signal?: AbortSignal;
  onPartial?: (value: ViewPartial<M>) => void;
}

/** The view's end of the conversation with the editor: numbered requests, replies that may be errors, notices. */
export class Host {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** Called with what the editor says unasked. */
  onNotice: ((notice: ViewNotice) => void) | undefined;

  /** @param post sends a message to the editor */
  constructor(private readonly post: (message: unknown) => void) {}

  request<M extends ViewMethod>(
    method: M,
    params: ViewParams<M>,
    { signal, onPartial }: Asking<M> = {},
  ): Promise<ViewResult<M>> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject, onPartial });
      this.post({ type: 'request', id, method, params });
      signal?.addEventListener('abort', () => {
        if (!this.waiting.delete(id)) return;
        this.post({ type: 'cancel', id });
        reject(new DOMException('Cancelled.', 'AbortError'));
      });
    });
  }

  receive(message: ToView): void {
    if (message.type === 'notice') {
      this.onNotice?.(message.notice);
      return;
    }
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    if (message.type === 'partial') {
      waiting.onPartial?.(message.value as never);
      return;
    }
    this.waiting.delete(message.id);
    if (message.type === 'result') waiting.resolve(message.value as never);
    else if (message.stale) waiting.reject(new DOMException(message.message, 'AbortError'));
    else waiting.reject(new Error(message.message));
  }
}
