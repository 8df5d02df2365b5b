import * as vscode from 'vscode';
import type { Engine } from '../../client/engineClient';
import { english, saidOf } from '../../core/message';
import type { Inventory } from '../../models/places';
import { EngineError, type AttentionResult } from '../../protocol/engine';
import type { FromView, ToView, ViewNotice } from '../../protocol/view';
import type { SideName, ViewSource } from '../../protocol/viewState';
import { isInWindow, tokenAtCursor } from './target';
import { errorText } from '../localized';
import { showPage } from '../webviewPage';
import { answer, type Answering } from './answers';
import { compareWith } from './compareWith';
import { Follower } from './follower';
import { ClosedReading, Reading } from './reading';
import { TokenMark } from './tokenMark';
import { attentionWords } from './words';

/** What every panel is built from. */
export interface PanelParts {
  /** The extension's own folder. */
  readonly root: string;
  readonly engine: Engine;
  readonly log: vscode.LogOutputChannel;
  /** The models on this machine. */
  readonly inventory: () => Promise<Inventory>;
}

/** One panel: the texts of its sides, what ties them to their documents, and the answers to the view. */
export class AttentionPanel implements Answering {
  readonly mark = new TokenMark();
  private readonly follower: Follower;
  private readonly subscriptions: vscode.Disposable[];
  private readonly readings = new Map<SideName, Reading>();
  /** Of a panel that comes back with its window, until its texts are known. */
  restoring: Promise<void> | undefined;
  /** What a side can't show; said when the view asks for it. */
  private readonly refused = new Map<SideName, Error>();
  private readonly running = new Map<number, AbortController>();
  private disposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    readonly parts: PanelParts,
  ) {
    this.follower = new Follower({
      onText: (text, { start, end }, cursor) => void this.followTo({ text, start, end }, cursor),
      onCursor: (offset) => void this.followCursor(offset),
      onRest: (cursor) => {
        this.mark.tie();
        if (cursor === undefined) return;
        this.followWindow(cursor);
        void this.followCursor(cursor);
      },
    });
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: FromView) => this.receive(message)),
      panel.onDidChangeViewState(() => this.follower.setHidden(!panel.visible)),
      this.mark,
      this.follower,
    ];
    const title = vscode.l10n.t('Attention');
    showPage(panel, parts.root, { name: 'attention', title, words: attentionWords() });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.forgetRequests();
    for (const reading of new Set(this.readings.values())) void reading.close();
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

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Whether a text was shown already. */
  get isShowing(): boolean {
    return this.readings.has('a');
  }

  /** Whether it has the focus. */
  get isActive(): boolean {
    return this.panel.active;
  }

  /** Reads what is shown once more. Rejects with an `EngineError`; false when nothing is shown. */
  async readAgain(): Promise<boolean> {
    const [a, b] = [this.readings.get('a'), this.readings.get('b')];
    if (!a) return false;
    const loading = this.load(a.source, this.follower.cursorOffset);
    if (b && (a === b || b.failed))
      this.show('b', b.source, a === b ? this.follower.cursorOffset : undefined);
    await loading;
    return true;
  }

  /**
   * Reads `source` and has the view show it. Rejects with an `EngineError`.
   * @param at an offset of the text: of a long one, the window is shown in which it stands, and not the source's
   */
  async load(source: ViewSource, at?: number): Promise<void> {
    const former = this.readings.get('a')?.source;
    const other = this.readings.get('b')?.source;
    this.show('a', source, at);
    this.mark.follow(source);
    this.follower.follow(source);
    // What is compared on the same text stays so; another text stays as it is.
    const isMoved =
      source.text !== former?.text ||
      source.start !== former.start ||
      source.uri !== former.uri ||
      at !== undefined;
    if (former && other && other.text === former.text && isMoved) {
      const { uri, start, end, text } = source;
      this.show('b', { ...other, uri, start, end, text, window: 0 }, at);
    }
    const reading = this.readings.get('a')!;
    const { model } = await reading.result();
    // The panel may have been closed, or been given another text, meanwhile.
    if (!this.disposed && this.readings.get('a') === reading)
      this.panel.title = vscode.l10n.t('Attention: {0}', model);
  }

  /** Shows a text on a side, and stops what was read for it; one with the very same text and model shares the reading. */
  show(side: SideName, source: ViewSource, at?: number): void {
    const { engine, log } = this.parts;
    const former = this.readings.get(side);
    const twin = this.readings.get(side === 'a' ? 'b' : 'a');
    const reading = twin?.isOf(source, at) ? twin : new Reading(engine, log, source, at);
    this.refused.delete(side);
    this.readings.set(side, reading);
    if (former && former !== twin && former !== reading) void former.close();
    this.notify({ kind: 'changed', side });
  }

  /** Has a side say why it shows nothing. */
  refuse(side: SideName, error: Error): void {
    this.refused.set(side, error);
    this.notify({ kind: 'changed', side });
  }

  reading(side: SideName): Reading {
    const refused = this.refused.get(side);
    if (refused) throw refused;
    const reading = this.readings.get(side);
    if (!reading) throw new Error(vscode.l10n.t('No text has been read yet.'));
    return reading;
  }

  /** The token at the cursor, where that is in a side's text. */
  cursorToken(side: SideName, result: AttentionResult): number | undefined {
    const offset = side === 'a' ? this.follower.cursorOffset : undefined;
    return offset === undefined ? undefined : this.tokenAt(this.reading(side), result, offset);
  }

  async compare(what: Parameters<typeof compareWith>[0]): Promise<boolean> {
    const { source: shown, window } = this.reading('a');
    const source = await compareWith(what, shown, this.parts.inventory);
    // Another model's windows are others: the one about the same place.
    const at = what === 'model' && window && window.count > 1 ? (window.start + window.end) >> 1 : undefined;
    if (source && !this.disposed) this.show('b', source, at);
    return source !== undefined;
  }

  closeCompare(): void {
    const reading = this.readings.get('b');
    this.readings.delete('b');
    this.refused.delete('b');
    if (reading && reading !== this.readings.get('a')) void reading.close();
  }

  pin(pinned: boolean): void {
    this.follower.setPinned(pinned);
  }

  private async followTo(place: Pick<ViewSource, 'text' | 'start' | 'end'>, at?: number): Promise<void> {
    const reading = this.readings.get('a');
    if (!reading) return;
    try {
      const window = place.text === reading.source.text ? reading.source.window : 0;
      await this.load({ ...reading.source, ...place, window }, at);
    } catch (error) {
      // The view says it; nobody gave a command that a message would answer.
      if (!(error instanceof EngineError && error.code === 'cancelled'))
        this.parts.log.warn(`attention: ${english(saidOf(error))}`);
    }
  }

  private async followCursor(offset: number): Promise<void> {
    const reading = this.readings.get('a');
    if (!reading) return;
    const result = await reading.result().catch(() => undefined);
    if (!result || reading !== this.readings.get('a')) return;
    const token = this.tokenAt(reading, result, offset);
    if (token === undefined) return;
    this.mark.show(result.tokens[token]!, false);
    this.notify({ kind: 'cursor', side: 'a', token });
  }

  /** Shows another window of a long text when the cursor has left the one that is shown. */
  private followWindow(offset: number): void {
    const reading = this.readings.get('a');
    if (reading?.window && !isInWindow(reading.window, offset)) void this.followTo(reading.source, offset);
  }

  /** The token at an offset of the read text; none in what isn't shown of it. What a model has written has no cursor. */
  private tokenAt(
    { source }: Reading,
    { tokens, target, window }: AttentionResult,
    offset: number,
  ): number | undefined {
    if (target !== undefined || !isInWindow(window, offset)) return undefined;
    const token = tokenAtCursor(source.text, tokens, offset);
    return token < 0 ? undefined : token;
  }

  private receive(message: FromView): void {
    if (message.type === 'begun') this.forgetRequests();
    else if (message.type === 'cancel') this.running.get(message.id)?.abort();
    else void this.answer(message);
  }

  /** Nobody waits any more for what the page has asked. */
  private forgetRequests(): void {
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
  }

  private async answer(request: Extract<FromView, { type: 'request' }>): Promise<void> {
    const { id } = request;
    const controller = new AbortController();
    this.running.set(id, controller);
    // The next page has requests by the same numbers.
    const reply = (message: ToView): void => {
      if (this.running.get(id) === controller) this.send(message);
    };
    try {
      const partial = (value: unknown): void => reply({ type: 'partial', id, value });
      reply({ type: 'result', id, value: await answer(this, request, controller.signal, partial) });
    } catch (error) {
      const message = textOf(error);
      if (!(error instanceof EngineError)) this.parts.log.error(error instanceof Error ? error : message);
      reply({ type: 'error', id, message, ...(error instanceof ClosedReading && { stale: true }) });
    } finally {
      if (this.running.get(id) === controller) this.running.delete(id);
    }
  }

  private notify(notice: ViewNotice): void {
    this.send({ type: 'notice', notice });
  }

  private send(message: ToView): void {
    if (!this.disposed) void this.panel.webview.postMessage(message);
  }
}

function textOf(error: unknown): string {
  if (error instanceof EngineError && error.code === 'cancelled')
    return vscode.l10n.t('Reading was stopped. Headlight: Show Attention reads the text again.');
  return errorText(error);
}
