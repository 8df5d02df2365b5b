import * as vscode from 'vscode';
import { english, saidOf } from '../../core/message';
import type { Span } from '../../core/text/span';
import { readViewState, type SideName, type ViewSource } from '../../protocol/viewState';
import { AttentionPanel, type PanelParts } from './attentionPanel';
import { mayOpen } from './modelTrust';

const VIEW_TYPE = 'headlight.attention';

/** A text to show the attention of, and the model that reads it. */
export interface AttentionTarget {
  readonly document: vscode.TextDocument;
  readonly span: Span;
  readonly text: string;
  /** Where the cursor stands in the text: of a long one, that window is shown. */
  readonly at?: number | undefined;
  readonly model: string;
}

/** The attention view: one panel, opened by a command or restored with its window. */
export class AttentionPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private current: AttentionPanel | undefined;
  private readonly serializer: vscode.Disposable;

  constructor(private readonly parts: PanelParts) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
  }

  dispose(): void {
    this.serializer.dispose();
    this.current?.dispose();
  }

  /** The open panel, if there is one. */
  get panel(): AttentionPanel | undefined {
    return this.current;
  }

  /** Shows `target` beside its document. Resolves when the first picture is ready; rejects with an `EngineError`. */
  async show({ document, span, text, at, model }: AttentionTarget): Promise<void> {
    const { start, end } = span;
    const panel = this.current ?? this.adopt(this.create());
    panel.reveal();
    await panel.load({ uri: document.uri.toString(), start, end, text, model, window: 0 }, at);
  }

  /** A panel of an earlier window comes back: its texts are read again. */
  async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, saved: unknown): Promise<void> {
    const state = readViewState(saved);
    if (!state || this.current) {
      webviewPanel.dispose();
      return;
    }
    const panel = this.adopt(webviewPanel);
    const { a, b } = state;
    panel.restoring = this.restore(panel, 'a', a.source).then(() => b && this.restore(panel, 'b', b.source));
    await panel.restoring;
  }

  private async restore(panel: AttentionPanel, side: SideName, source: ViewSource): Promise<void> {
    try {
      if (!(await mayOpen(source.model, vscode.workspace.isTrusted, this.parts.inventory))) {
        throw new Error(
          vscode.l10n.t(
            'This folder is not trusted, so the model that the view showed before isn’t opened: {0} is neither embedded nor added. Trust the folder, or run Headlight: Show Attention again.',
            source.model,
          ),
        );
      }
      // It may have been closed meanwhile, or the command have shown another text.
      if (panel.isDisposed || (side === 'a' && panel.isShowing)) return;
      // Not awaited: the view asks for the picture, and is told what goes wrong.
      if (side === 'a') panel.load(source).catch((error: unknown) => this.warn(error));
      else panel.show(side, source);
    } catch (error) {
      // The view says it; nobody gave a command that a message would answer.
      panel.refuse(side, error instanceof Error ? error : new Error(String(error)));
      this.warn(error);
    }
  }

  private warn(error: unknown): void {
    this.parts.log.warn(`attention of the restored view: ${english(saidOf(error))}`);
  }

  private create(): vscode.WebviewPanel {
    return vscode.window.createWebviewPanel(
      VIEW_TYPE,
      vscode.l10n.t('Attention'),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      {},
    );
  }

  private adopt(webviewPanel: vscode.WebviewPanel): AttentionPanel {
    const panel = new AttentionPanel(webviewPanel, this.parts);
    this.current = panel;
    webviewPanel.onDidDispose(() => {
      if (this.current === panel) this.current = undefined;
      panel.dispose();
    });
    return panel;
  }
}
