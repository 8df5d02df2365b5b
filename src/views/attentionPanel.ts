import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import type { Span } from '../core/text/span';
import { EngineError, type AttentionResult } from '../protocol/engine';
import {
  readViewState,
  type AttentionPicture,
  type ToView,
  type ViewMethod,
  type ViewParams,
  type ViewRequest,
  type ViewResult,
  type ViewSource,
} from '../protocol/view';
import { attentionWords } from './attentionWords';
import { TokenMark } from './tokenMark';

const VIEW_TYPE = 'headlight.attention';

/** A text to show the attention of, and the model that reads it. */
export interface AttentionTarget {
  readonly document: vscode.TextDocument;
  readonly span: Span;
  readonly text: string;
  readonly model: string;
}

/** The attention view: one panel, opened by a command or restored with its window. */
export class AttentionPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private current: AttentionPanel | undefined;
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly root: string,
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
  ) {
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
  async show(target: AttentionTarget, signal?: AbortSignal): Promise<void> {
    const { document, span, text, model } = target;
    const source = { uri: document.uri.toString(), start: span.start, end: span.end, text, model };
    const panel = this.current ?? this.adopt(this.create());
    panel.reveal();
    await panel.load(source, signal);
  }

  /** A panel of an earlier window comes back: its text is read again. */
  async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, saved: unknown): Promise<void> {
    const state = readViewState(saved);
    if (!state || this.current) {
      webviewPanel.dispose();
      return;
    }
    const panel = this.adopt(webviewPanel);
    try {
      await panel.load(state.source);
    } catch (error) {
      // The view says it; nobody gave a command that a message would answer.
      this.log.warn(
        `attention of the restored view: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
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
    const panel = new AttentionPanel(webviewPanel, this.root, this.engine, this.log);
    this.current = panel;
    webviewPanel.onDidDispose(() => {
      if (this.current === panel) this.current = undefined;
      panel.dispose();
    });
    return panel;
  }
}

/** One panel: the text it shows, the engine's handle on its attention, and the answers to the view. */
export class AttentionPanel {
  private readonly mark = new TokenMark();
  private readonly subscriptions: vscode.Disposable[];
  private source: ViewSource | undefined;
  /** The attention of `source`; what the view asks for waits for it. */
  private reading: Promise<Reading> | undefined;
  private disposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly root: string,
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const { webview } = panel;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [this.folder('dist', 'webview'), this.folder('media')],
    };
    panel.iconPath = this.folder('media', 'icon.png');
    webview.html = this.page(webview);
    this.subscriptions = [
      webview.onDidReceiveMessage((request: ViewRequest) => void this.answer(request)),
      this.mark,
    ];
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    void this.close(this.reading);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.panel.dispose();
  }

  /** The focused token in its document, while it is marked there. */
  get marked(): { document: vscode.TextDocument; range: vscode.Range } | undefined {
    return this.mark.marked();
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  /** Reads `source` and has the view show it. Rejects with an `EngineError`. */
  async load(source: ViewSource, signal?: AbortSignal): Promise<void> {
    const former = this.reading;
    this.source = source;
    this.mark.follow(source);
    const reading = this.read(source, signal);
    this.reading = reading;
    this.send({ type: 'notice', kind: 'changed' });
    void this.close(former);
    const { result } = await reading;
    // The panel may have been closed, or been given another text, meanwhile.
    if (this.disposed || this.source !== source) return;
    this.panel.title = vscode.l10n.t('Attention: {0}', result.model);
  }

  private async read(source: ViewSource, signal?: AbortSignal): Promise<Reading> {
    const { model, text } = source;
    const result = await this.engine.request(
      'attention',
      { model, text },
      { priority: 'interactive', signal },
    );
    const { loadMs, runMs } = result.timing;
    this.log.info(
      `attention: ${result.tokens.length} tokens, load ${loadMs.toFixed(0)} ms, run ${runMs.toFixed(0)} ms`,
    );
    return { result, pid: this.engine.pid };
  }

  /** Lets the engine forget a text. Nothing is lost when it can't: another process has no such handle. */
  private async close(reading: Promise<Reading> | undefined): Promise<void> {
    try {
      const old = await reading;
      if (old && old.pid !== undefined && old.pid === this.engine.pid)
        await this.engine.request('closeAttention', { handle: old.result.handle });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }

  private async answer(request: ViewRequest): Promise<void> {
    const { id } = request;
    try {
      this.send({ type: 'result', id, value: await this.handle(request) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof EngineError)) this.log.error(error instanceof Error ? error : message);
      this.send({ type: 'error', id, message });
    }
  }

  private handle(request: ViewRequest): Promise<ViewResult<ViewMethod>> {
    switch (request.method) {
      case 'picture':
        return this.picture();
      case 'head':
        return this.head(request.params);
      case 'focusToken':
        return this.focusToken(request.params);
    }
  }

  private async picture(): Promise<AttentionPicture> {
    const { source, reading } = this;
    if (!source || !reading) throw new Error(vscode.l10n.t('No text has been read yet.'));
    const { result } = await reading;
    const { tokens, layers, heads, causal, window, thumbnailRows, thumbnails } = result;
    return {
      source,
      modelName: result.model,
      tokens,
      layers,
      heads,
      causal,
      truncated: window.count > 1,
      thumbnailSize: thumbnailRows,
      // A copy of its own: a message to the view carries the whole buffer behind an array.
      thumbnails: new Uint8Array(thumbnails),
    };
  }

  private async head(params: ViewParams<'head'>): Promise<ViewResult<'head'>> {
    const { source, reading } = this;
    if (!source || !reading) throw new Error(vscode.l10n.t('No text has been read yet.'));
    const known = await reading;
    if (known.pid !== undefined && known.pid === this.engine.pid) {
      try {
        return await this.headOf(known, params);
      } catch (error) {
        // The engine gives up what was looked at longest ago.
        if (!(error instanceof EngineError && error.code === 'input')) throw error;
      }
    }
    // The engine that read the text is gone, or has given it up: it is read again.
    if (this.reading === reading) this.reading = this.read(source);
    return this.headOf((await this.reading) ?? known, params);
  }

  private async headOf({ result }: Reading, head: ViewParams<'head'>): Promise<ViewResult<'head'>> {
    const { weights } = await this.engine.request('attentionMatrix', {
      handle: result.handle,
      source: { kind: 'heads', heads: [head], combine: 'mean' },
    });
    // A copy of its own, as above.
    return { weights: new Float32Array(weights) };
  }

  private async focusToken({ token }: ViewParams<'focusToken'>): Promise<ViewResult<'focusToken'>> {
    const { reading } = this;
    const found = (await reading)?.result.tokens[token];
    if (found && reading === this.reading) this.mark.show(found);
    return {};
  }

  private send(message: ToView): void {
    if (!this.disposed) void this.panel.webview.postMessage(message);
  }

  private folder(...parts: string[]): vscode.Uri {
    return vscode.Uri.joinPath(vscode.Uri.file(this.root), ...parts);
  }

  private page(webview: vscode.Webview): string {
    const nonce = randomBytes(16).toString('base64');
    const script = webview.asWebviewUri(this.folder('dist', 'webview', 'attention.js')).toString();
    const style = webview.asWebviewUri(this.folder('media', 'attention.css')).toString();
    const policy = [
      `default-src 'none'`,
      `script-src 'nonce-${nonce}'`,
      `style-src ${webview.cspSource}`,
    ].join('; ');
    return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${vscode.l10n.t('Attention')}</title>
  <link rel="stylesheet" href="${style}">
</head>
<body>
  <main id="view" data-words="${attribute(JSON.stringify(attentionWords()))}"></main>
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
  }
}

/** `text` as the value of an HTML attribute in double quotes. */
function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

interface Reading {
  readonly result: AttentionResult;
  /** The engine process that holds the handle. */
  readonly pid: number | undefined;
}
