import * as vscode from 'vscode';
import { moveSpan } from '../core/text/changes';
import type { Span } from '../core/text/span';

/** Why a place, or the whole document, takes no more text. */
export type StopReason = 'edited' | 'undone' | 'closed' | 'hidden' | 'read-only';

/** An edit that came between is tried again; a document that changes faster than this is left alone. */
const ATTEMPTS = 100;
const RETRY_MS = 20;

interface Place {
  /** What was written here, from the place's own offset on; empty before the first piece. */
  written: Span;
  stopped: StopReason | undefined;
}

/**
 * Text that grows at one or several places of a document, as one undo step: only the first piece begins one.
 * The places are followed through every other edit. One that reaches into what was written (or touches it)
 * ends its place; Undo, or the document out of sight, ends them all. What was written then stays.
 */
export class StreamedText implements vscode.Disposable {
  private readonly places: Place[];
  private readonly subscriptions: vscode.Disposable[];
  private begun = false;
  /** Our own edit on its way, to know it again among the changes. */
  private pending: { place: Place; text: string } | undefined;
  /** Called when a place ends early. */
  onStop: ((place: number, reason: StopReason) => void) | undefined;

  constructor(
    private readonly editor: vscode.TextEditor,
    offsets: readonly number[],
  ) {
    this.places = offsets.map((offset) => ({ written: { start: offset, end: offset }, stopped: undefined }));
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        // A change of its language closes a document and opens it again at once; then it isn't closed.
        if (document === this.editor.document && document.isClosed) this.stopAll('closed');
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        if (!this.visibleEditor()) this.stopAll(this.editor.document.isClosed ? 'closed' : 'hidden');
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Why `place` takes no more text; `undefined` while it does. */
  stopped(place: number): StopReason | undefined {
    return this.at(place).stopped;
  }

  /** Where `place` would take its next piece. */
  end(place: number): vscode.Position {
    return this.editor.document.positionAt(this.at(place).written.end);
  }

  /** True once something was written at any place. */
  anything(): boolean {
    return this.begun;
  }

  /** Appends `text` at `place`, with the document's own line ends. Does nothing where the place has ended. */
  async write(place: number, text: string): Promise<void> {
    const target = this.at(place);
    const { document } = this.editor;
    const lines = text.replace(/\r\n?|\n/g, document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
    if (lines === '') return;
    for (let attempt = 0; attempt < ATTEMPTS && target.stopped === undefined; attempt++) {
      const editor = this.visibleEditor();
      if (!editor) return this.stopAll(document.isClosed ? 'closed' : 'hidden');
      const version = document.version;
      const pending = { place: target, text: lines };
      this.pending = pending;
      const accepted = await this.edit(editor, target.written.end, lines);
      // `follow` takes it away when it sees the edit among the changes.
      const written = this.pending !== pending;
      this.pending = undefined;
      if (written) {
        this.begun = true;
        return;
      }
      // A read-only editor says yes and changes nothing.
      if (accepted && document.version === version) return this.stopAll('read-only');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    if (target.stopped === undefined) this.stop(target, 'edited');
  }

  private async edit(editor: vscode.TextEditor, offset: number, text: string): Promise<boolean> {
    try {
      return await editor.edit((edit) => edit.insert(this.editor.document.positionAt(offset), text), {
        undoStopBefore: !this.begun,
        undoStopAfter: false,
      });
    } catch {
      // The editor was closed between the check and the edit; the next attempt sees it.
      return false;
    }
  }

  private visibleEditor(): vscode.TextEditor | undefined {
    const visible = vscode.window.visibleTextEditors;
    if (visible.includes(this.editor)) return this.editor;
    return visible.find((other) => other.document === this.editor.document);
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    if (event.document !== this.editor.document || event.contentChanges.length === 0) return;
    if (event.reason === vscode.TextDocumentChangeReason.Undo) return this.stopAll('undone');
    const own = this.ownPlace(event);
    for (const place of this.places) {
      if (place === own) continue;
      const moved = moveSpan(place.written, event.contentChanges);
      if (moved) place.written = moved;
      else this.stop(place, 'edited');
    }
    if (own && this.pending) {
      own.written = { start: own.written.start, end: own.written.end + this.pending.text.length };
      this.pending = undefined;
    }
  }

  private ownPlace(event: vscode.TextDocumentChangeEvent): Place | undefined {
    const [change, ...others] = event.contentChanges;
    if (!this.pending || !change || others.length > 0) return undefined;
    const { place, text } = this.pending;
    const same = change.rangeOffset === place.written.end && change.rangeLength === 0 && change.text === text;
    return same ? place : undefined;
  }

  private at(place: number): Place {
    const found = this.places[place];
    if (!found) throw new RangeError(`no place ${place}`);
    return found;
  }

  private stopAll(reason: StopReason): void {
    for (const place of this.places) this.stop(place, reason);
  }

  private stop(place: Place, reason: StopReason): void {
    if (place.stopped !== undefined) return;
    place.stopped = reason;
    this.onStop?.(this.places.indexOf(place), reason);
  }
}
