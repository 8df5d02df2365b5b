import * as vscode from 'vscode';
import { moveSpan } from '../../core/text/changes';
import { trimmed } from '../../core/text/paragraph';
import { shiftSpan, type Span } from '../../core/text/span';
import { perplexity, surpriseLevel, type SurpriseLevel } from '../../core/text/surprise';
import type { Candidate, ScoreResult } from '../../protocol/engine';
import type { Summary } from '../statusBar';
import { rangeOf } from '../target';
import { surpriseHover } from './surpriseHover';

/** A token in a document, and how unexpected it is there. */
export interface SurpriseMark extends Span {
  readonly text: string;
  /** Natural logarithm of its probability. */
  readonly logprob: number;
  readonly expected: readonly Candidate[];
}

interface MarkedDocument {
  /** In the order of the text. */
  marks: SurpriseMark[];
  readonly model: string;
  readonly perplexity: number;
  /** True once an edit has reached into the text: its perplexity may be another. */
  edited: boolean;
}

/**
 * The tokens of each scored text, coloured by how unexpected they are, with what was expected on hover. A token
 * loses its mark when it is edited; the others stay and move with the text, so that one surprise after the other can be
 * looked at and mended.
 */
export class SurpriseMarks implements vscode.Disposable, vscode.HoverProvider {
  private readonly documents = new Map<vscode.TextDocument, MarkedDocument>();
  /** Lines of their own for those who don't see the colours. */
  private readonly styles: Record<Exclude<SurpriseLevel, 0>, vscode.TextEditorDecorationType> = {
    1: styleOf('low', 'dotted', 1),
    2: styleOf('medium', 'dashed', 2),
    3: styleOf('high', 'double', 3),
  };
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when the summary may be another. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[] = [
    this.changed,
    ...Object.values(this.styles),
    vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
    vscode.workspace.onDidCloseTextDocument((document) => this.clear(document)),
    vscode.window.onDidChangeVisibleTextEditors((editors) => {
      for (const editor of editors) if (this.documents.has(editor.document)) this.draw(editor);
    }),
    vscode.window.onDidChangeActiveTextEditor(() => this.announce()),
  ];

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /**
   * Marks the tokens of `result` in place of the document's former marks.
   * @param region where the scored text stands in the document
   */
  show(document: vscode.TextDocument, { tokens, model }: ScoreResult, region: Span): void {
    const text = document.getText();
    const marks = tokens.flatMap(({ logprob, expected, ...token }): SurpriseMark[] => {
      // Vocabularies that mark word starts by a space have it in the token.
      const span = trimmed(text, shiftSpan(token, region.start));
      if (logprob === null || span.end === span.start) return [];
      return [{ ...span, text: token.text.trim(), logprob, expected: expected ?? [] }];
    });
    const average = perplexity(tokens.map(({ logprob }) => logprob));
    if (average === undefined) return this.clear(document);
    this.documents.set(document, { marks, model, perplexity: average, edited: false });
    this.redraw(document);
  }

  /** Whether any document has marks. */
  get any(): boolean {
    return this.documents.size > 0;
  }

  /** The tokens of `document` as they stand now, in order. */
  marksOf(document: vscode.TextDocument): readonly SurpriseMark[] {
    return this.documents.get(document)?.marks ?? [];
  }

  /** Takes the document's marks away. */
  clear(document: vscode.TextDocument): void {
    if (this.documents.delete(document)) this.redraw(document);
  }

  /** The perplexity of the active document's text, for the status bar. */
  summary(): Summary {
    const active = vscode.window.activeTextEditor;
    const marked = active && this.documents.get(active.document);
    if (!marked) return undefined;
    const { t } = vscode.l10n;
    const value = String(Number(marked.perplexity.toPrecision(3)));
    const explained = t(
      'Perplexity by {0}: as many equally probable tokens as it hesitated between on average. Escape takes the marks away.',
      marked.model,
    );
    return {
      text: marked.edited ? t('perplexity ≈{0}', value) : t('perplexity {0}', value),
      tooltip: marked.edited ? `${explained} ${t('The text was edited since.')}` : explained,
    };
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const marked = this.documents.get(document);
    if (!marked) return undefined;
    const offset = document.offsetAt(position);
    // Several tokens may share one character: the bytes of an emoji, say.
    const marks = marked.marks.filter(({ start, end }) => start <= offset && offset < end);
    const [first] = marks;
    return first && new vscode.Hover(surpriseHover(marks, marked.model), rangeOf(document, first));
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    const marked = this.documents.get(event.document);
    if (!marked || event.contentChanges.length === 0) return;
    const before = marked.marks.length;
    marked.marks = marked.marks.flatMap((mark) => {
      const moved = moveSpan(mark, event.contentChanges);
      return moved ? [{ ...mark, ...moved }] : [];
    });
    if (marked.marks.length === before) return;
    if (marked.marks.length === 0) return this.clear(event.document);
    marked.edited = true;
    this.redraw(event.document);
  }

  private redraw(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) this.draw(editor);
    this.announce();
  }

  private draw(editor: vscode.TextEditor): void {
    const ranges: Record<SurpriseLevel, vscode.Range[]> = { 0: [], 1: [], 2: [], 3: [] };
    for (const mark of this.marksOf(editor.document))
      ranges[surpriseLevel(mark.logprob)].push(rangeOf(editor.document, mark));
    for (const level of [1, 2, 3] as const) editor.setDecorations(this.styles[level], ranges[level]);
  }

  private announce(): void {
    const active = vscode.window.activeTextEditor;
    const marked = active !== undefined && this.documents.has(active.document);
    void vscode.commands.executeCommand('setContext', 'headlight.hasSurpriseMarks', marked);
    this.changed.fire();
  }
}

function styleOf(
  level: 'low' | 'medium' | 'high',
  borderStyle: string,
  width: number,
): vscode.TextEditorDecorationType {
  const border = new vscode.ThemeColor(`headlight.surprise.${level}Border`);
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(`headlight.surprise.${level}Background`),
    borderColor: border,
    borderStyle,
    borderWidth: `0 0 ${width}px 0`,
    // The ruler shows what stands out; with every unusual word it would show nothing.
    ...(level === 'high' && {
      overviewRulerColor: border,
      overviewRulerLane: vscode.OverviewRulerLane.Right,
    }),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
