import * as vscode from 'vscode';
import { comparisonMarkdown } from '../core/comparison/markdown';
import {
  readComparison,
  type Comparison,
  type FromCompareView,
  type ToCompareView,
} from '../protocol/compareView';
import { compareWords } from './compareWords';
import { showPage } from './webviewPage';

const VIEW_TYPE = 'headlight.compare';

/** The view that compares models: one panel, opened by a command or restored with its window. */
export class ComparePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private current: ComparePanel | undefined;
  private readonly serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);

  constructor(private readonly root: string) {}

  dispose(): void {
    this.serializer.dispose();
    this.current?.dispose();
  }

  /** The open panel, if there is one. */
  get panel(): ComparePanel | undefined {
    return this.current;
  }

  /** The panel, opened beside the text when there is none. */
  open(): ComparePanel {
    const panel =
      this.current ??
      this.adopt(
        vscode.window.createWebviewPanel(
          VIEW_TYPE,
          vscode.l10n.t('Compare Models'),
          { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
          {},
        ),
      );
    panel.reveal();
    return panel;
  }

  /** A panel of an earlier window comes back with what it showed; no model is asked. */
  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, saved: unknown): Promise<void> {
    const comparison = readComparison(saved);
    if (!comparison || this.current) webviewPanel.dispose();
    else this.adopt(webviewPanel).show(comparison);
    return Promise.resolve();
  }

  private adopt(webviewPanel: vscode.WebviewPanel): ComparePanel {
    const panel = new ComparePanel(webviewPanel, this.root);
    this.current = panel;
    webviewPanel.onDidDispose(() => {
      if (this.current === panel) this.current = undefined;
      panel.dispose();
      void vscode.commands.executeCommand('setContext', 'headlight.hasComparison', false);
    });
    return panel;
  }
}

/** One panel and the comparison that it shows. */
export class ComparePanel {
  private readonly listening: vscode.Disposable;
  private readonly stopped = new vscode.EventEmitter<void>();
  private comparison: Comparison | undefined;
  private disposed = false;
  /** Fires when no further model is to be asked: by `stop`, or as the panel ends. */
  readonly onStop = this.stopped.event;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    root: string,
  ) {
    const title = vscode.l10n.t('Compare Models');
    showPage(panel, root, { name: 'compare', title, words: compareWords() });
    this.listening = panel.webview.onDidReceiveMessage((message: FromCompareView) => this.receive(message));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.stopped.fire();
    this.stopped.dispose();
    this.listening.dispose();
    this.panel.dispose();
  }

  /** What is shown. */
  get shown(): Comparison | undefined {
    return this.comparison;
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  show(comparison: Comparison): void {
    this.comparison = comparison;
    const message: ToCompareView = { type: 'comparison', comparison };
    if (this.disposed) return;
    void this.panel.webview.postMessage(message);
    void vscode.commands.executeCommand('setContext', 'headlight.hasComparison', true);
  }

  /** Has no further model asked; what was asked is kept. */
  stop(): void {
    this.stopped.fire();
  }

  /** The comparison as a Markdown table with the reason under it; empty without one. */
  markdown(): string {
    if (!this.comparison) return '';
    const { model, sees, predictions, time, memory } = compareWords();
    const { rows, why } = this.comparison;
    return comparisonMarkdown([model, sees, predictions, time, memory], rows, why);
  }

  private receive(message: FromCompareView): void {
    switch (message.type) {
      case 'ready':
        if (this.comparison) this.show(this.comparison);
        return;
      case 'copy':
        void vscode.commands.executeCommand('headlight.copyComparison');
        return;
      case 'stop':
        this.stop();
        return;
      case 'again':
        void vscode.commands.executeCommand('headlight.compareModels', this.comparison?.question);
        return;
    }
  }
}
