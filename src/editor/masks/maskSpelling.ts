import * as vscode from 'vscode';
import { commonMask, readMasks } from '../../core/text/masks';
import type { Span } from '../../core/text/span';
import { maskTokenOf } from '../../models/maskToken';
import { modelFor } from '../settings';

/** How masks are written: `[MASK]`, and as the chosen model writes them, which its folder says. */
export class MaskSpelling implements vscode.Disposable {
  private token = commonMask;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly configuration: vscode.Disposable;
  private reading: Promise<void> | undefined;
  /** Fires when masks are written otherwise than before. */
  readonly onDidChange = this.changed.event;

  /** @param root the extension's own folder */
  constructor(private readonly root: string) {
    this.configuration = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('headlight.models.fill')) this.reading = this.reading && this.read();
    });
  }

  dispose(): void {
    this.configuration.dispose();
    this.changed.dispose();
  }

  /** Resolves when the chosen model's way of writing masks is known. */
  async ready(): Promise<void> {
    await (this.reading ??= this.read());
  }

  /** The masks of a text; `[MASK]` alone until `ready`. */
  find(text: string): readonly Span[] {
    // Most texts have none, and are told so at once.
    if (!text.includes(commonMask) && !text.includes(this.token)) return [];
    return readMasks(text, this.token).masks;
  }

  private async read(): Promise<void> {
    const token = (await maskTokenOf(modelFor('fill', this.root))) ?? commonMask;
    if (token === this.token) return;
    this.token = token;
    this.changed.fire();
  }
}
