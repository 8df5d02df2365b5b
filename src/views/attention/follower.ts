import * as vscode from 'vscode';
import type { Span } from '../../core/text/span';
import type { ViewSource } from '../../protocol/viewState';
import { editorInSight } from '../editorInSight';
import { grownSpan, isParagraph, spanToShow, type Shown } from './target';

/** A pause in typing or selecting of so many milliseconds, and the view reads the text again. */
const PAUSE = 300;

export interface FollowerEvents {
  /** Another text is to be shown; the mere cursor stands at an offset of it. */
  onText: (text: string, span: Span, cursor: number | undefined) => void;
  /** The cursor came to an offset of the shown text. */
  onCursor: (offset: number) => void;
  /** After a change or a move the shown text still stands there, or again; with the cursor at an offset of it. */
  onRest: (cursor: number | undefined) => void;
}

/**
 * Follows the selection and the edits of the document whose text the view shows. Other documents don't change what
 * is shown: they are shown by the command.
 */
export class Follower implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private source: ViewSource | undefined;
  /** Where the shown text stands now, its edits taken in; nothing when the document isn't there. */
  private span: Shown | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pinned = false;
  private hidden = false;

  /** Whether something happened while it rested: else what is shown stays as its user has left it. */
  private missed = false;

  constructor(private readonly events: FollowerEvents) {
    this.subscriptions = [
      // Of a view that came back with its window, or whose document was closed in between.
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (this.isShown(document)) this.find();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (!this.isShown(document) || contentChanges.length === 0 || !this.span) return;
        this.span = { ...this.span, ...grownSpan(this.span, contentChanges) };
        this.later(document);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        const { document } = textEditor;
        const [selection] = selections;
        if (!this.isShown(document) || !selection) return;
        this.cursor(document, document.offsetAt(selection.active));
        this.later(document, spanOf(document, selection));
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** From now on `source` is shown. */
  follow(source: ViewSource): void {
    clearTimeout(this.timer);
    this.source = source;
    this.find();
  }

  /** Looks for the shown text in its document. */
  private find(): void {
    if (!this.source) return;
    const document = vscode.workspace.textDocuments.find((open) => this.isShown(open));
    const all = document?.getText() ?? '';
    const { start, end, text } = this.source;
    const stands = document !== undefined && all.slice(start, end) === text;
    this.span = stands ? { start, end, isParagraph: isParagraph(all, { start, end }) } : undefined;
  }

  /** The offset of the mere cursor in the shown text, where an editor has it there. */
  get cursorOffset(): number | undefined {
    return this.span && this.cursorIn(this.span);
  }

  /** While it is pinned the text stays; the cursor is still told. Afterwards the view catches up with the cursor. */
  setPinned(pinned: boolean): void {
    const former = this.rests;
    this.pinned = pinned;
    this.restFrom(former);
  }

  /** The same while nobody sees the view: reading would cost the model, and delay what it does for who writes. */
  setHidden(hidden: boolean): void {
    const former = this.rests;
    this.hidden = hidden;
    this.restFrom(former);
  }

  private get rests(): boolean {
    return this.pinned || this.hidden;
  }

  private restFrom(former: boolean): void {
    if (this.rests) {
      clearTimeout(this.timer);
    } else if (former && this.missed) {
      this.missed = false;
      const editor = this.shownEditor;
      if (editor) this.later(editor.document, spanOf(editor.document, editor.selection));
      else {
        const document = vscode.workspace.textDocuments.find((open) => this.isShown(open));
        if (document) this.later(document);
      }
    }
  }

  private get shownEditor(): vscode.TextEditor | undefined {
    return editorInSight((document) => this.isShown(document));
  }

  /** The offset of the mere cursor in a text at `span`; at its end, when it stands in white space that was cut off. */
  private cursorIn(span: Span): number | undefined {
    const editor = this.shownEditor;
    if (!editor?.selection.isEmpty) return undefined;
    const offset = editor.document.offsetAt(editor.selection.active);
    const isIn = (part: Span | undefined): boolean =>
      part !== undefined && offset >= part.start && offset <= part.end;
    if (!isIn(span) && !isIn(this.span)) return undefined;
    return Math.min(Math.max(offset, span.start), span.end) - span.start;
  }

  private isShown(document: vscode.TextDocument): boolean {
    return this.source !== undefined && document.uri.toString() === this.source.uri;
  }

  private cursor(document: vscode.TextDocument, offset: number): void {
    const { span, source } = this;
    if (!span || !source || offset < span.start || offset > span.end) return;
    // While an edit isn't read yet, the tokens stand elsewhere.
    if (document.getText().slice(span.start, span.end) === source.text)
      this.events.onCursor(offset - span.start);
  }

  /** Where the shown text was edited: at the cursor, when that is in it. */
  private edited(): Span | undefined {
    if (!this.span) return undefined;
    const at = this.span.start + (this.cursorIn(this.span) ?? 0);
    return { start: at, end: at };
  }

  /** @param selection what is selected now; after an edit, which may have been made elsewhere, what the cursor is in */
  private later(document: vscode.TextDocument, selection?: Span): void {
    if (this.rests) {
      this.missed = true;
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const all = document.getText();
      const place = selection ?? this.edited();
      const span = place && spanToShow(all, place, this.span);
      if (!span) return;
      const text = all.slice(span.start, span.end);
      const cursor = this.cursorIn(span);
      const isShown = this.source?.text === text && this.source.start === span.start;
      if (!isShown) return this.events.onText(text, span, cursor);
      // It may have been changed and changed back, or have grown by white space.
      this.find();
      this.events.onRest(cursor);
    }, PAUSE);
  }
}

function spanOf(document: vscode.TextDocument, { start, end }: vscode.Range): Span {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}
