import type { ToView, ViewMethod, ViewParams, ViewResult } from '../../protocol/view';

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/** The view's end of the conversation with the editor: numbered requests, replies that may be errors, notices. */
export class Host {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** Called when another text is shown from now on. */
  onChanged: (() => void) | undefined;

  /** @param post sends a message to the editor */
  constructor(private readonly post: (message: unknown) => void) {}

  request<M extends ViewMethod>(method: M, params: ViewParams<M>): Promise<ViewResult<M>> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject });
      this.post({ type: 'request', id, method, params });
    });
  }

  receive(message: ToView): void {
    if (message.type === 'notice') {
      this.onChanged?.();
      return;
    }
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if (message.type === 'result') waiting.resolve(message.value as never);
    else waiting.reject(new Error(message.message));
  }
}
