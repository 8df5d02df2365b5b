import * as vscode from 'vscode';
import { moveSpan } from '../core/text/changes';
import type { Span } from '../core/text/span';

/** A part of a document, followed through edits elsewhere until one reaches into it or the document closes. */
export class FollowedRegion implements vscode.Disposable {
  private current: Span | undefined;
  private readonly controller = new AbortController();
  private readonly lost = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  /** Fires once, when the region's text is no longer what it was. */
  readonly onLost = this.lost.event;

  constructor(
    readonly document: vscode.TextDocument,
    span: Span,
  ) {
    this.current = span;
    this.subscriptions = [
      this.lost,
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document || !this.current || event.contentChanges.length === 0) return;
        this.current = moveSpan(this.current, event.contentChanges);
        if (!this.current) this.lose();
      }),
      vscode.workspace.onDidCloseTextDocument((closed) => {
        if (closed !== document || !this.current) return;
        this.current = undefined;
        this.lose();
      }),
    ];
  }

  /** Where the region stands now; `undefined` once it is lost. */
  get span(): Span | undefined {
    return this.current;
  }

  /** Aborted when the region is lost: what is worked out of its text is of no use then. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  private lose(): void {
    this.controller.abort();
    this.lost.fire();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
