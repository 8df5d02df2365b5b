import * as vscode from 'vscode';
import { shiftSpan, type Span } from '../../core/text/span';
import type { ViewSource } from '../../protocol/viewState';
import { editorInSight } from '../editorInSight';
import { FollowedRegion } from '../followedRegion';

/** Marks one token of the shown text in its document, for as long as that text stands there unchanged. */
export class TokenMark implements vscode.Disposable {
  private readonly style = vscode.window.createTextEditorDecorationType({
    borderWidth: '2px',
    borderStyle: 'solid',
    borderColor: new vscode.ThemeColor('headlight.attention.focusedTokenBorder'),
    backgroundColor: new vscode.ThemeColor('editor.wordHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('headlight.attention.focusedTokenBorder'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly subscriptions = [
    vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
    // Of a view that came back with its window, or whose document was closed in between.
    vscode.workspace.onDidOpenTextDocument(() => this.tie()),
  ];
  private source: ViewSource | undefined;
  private region: FollowedRegion | undefined;
  /** The marked token, from the text's start on. */
  private token: Span | undefined;

  dispose(): void {
    this.region?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.style.dispose();
  }

  /** From now on tokens are those of `source`; none is marked. */
  follow(source: ViewSource): void {
    this.token = undefined;
    this.source = source;
    this.region?.dispose();
    this.region = undefined;
    this.tie();
    this.draw();
  }

  /** Looks again for the text in its document, where it isn't known or was lost. */
  tie(): void {
    const { source } = this;
    if (!source || this.region?.span) return;
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === source.uri);
    // A restored view's document may have changed since.
    if (document?.getText().slice(source.start, source.end) !== source.text) return;
    this.region?.dispose();
    this.region = new FollowedRegion(document, source);
    this.region.onLost(() => this.draw());
    this.draw();
  }

  /**
   * Marks `token`, whose span is that of the shown text; a special token has none to mark.
   * @param reveal whether the document is scrolled there, where it is seen: in one editor, others stay where they are
   */
  show(token: Span, reveal: boolean): void {
    this.token = token.end > token.start ? token : undefined;
    this.draw();
    if (reveal) this.reveal();
  }

  /** Marks none. */
  hide(): void {
    this.token = undefined;
    this.draw();
  }

  /** The marked range and its document; `undefined` when nothing is marked. */
  marked(): { document: vscode.TextDocument; range: vscode.Range } | undefined {
    const span = this.region?.span;
    if (!this.region || !span || !this.token) return undefined;
    const { document } = this.region;
    const { start, end } = shiftSpan(this.token, span.start);
    return { document, range: new vscode.Range(document.positionAt(start), document.positionAt(end)) };
  }

  private reveal(): void {
    const marked = this.marked();
    if (!marked) return;
    const editor = editorInSight((document) => document === marked.document);
    editor?.revealRange(marked.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private draw(): void {
    const marked = this.marked();
    for (const editor of vscode.window.visibleTextEditors)
      editor.setDecorations(this.style, marked && marked.document === editor.document ? [marked.range] : []);
  }
}
