import * as vscode from 'vscode';
import { moveSpans } from '../../core/text/changes';
import { trimmed } from '../../core/text/paragraph';
import { shiftSpan, type Span } from '../../core/text/span';
import { perplexity, surpriseLevel, type SurpriseLevel } from '../../core/text/surprise';
import type { Candidate, ScoreResult } from '../../protocol/engine';
import type { Summary } from '../statusBar';
import { rangeOf } from '../target';
import { surpriseHover } from './surpriseHover';

/** A token in a document, and how unexpected it is there. */
export interface SurpriseMark {
  start: number;
  end: number;
  readonly text: string;
  /** Natural logarithm of its probability. */
  readonly logprob: number;
  readonly expected: readonly Candidate[];
}

/** So much around what is in sight is coloured too, in characters: it is scrolled to before it is drawn. */
const margin = 10_000;

/** After a pause in typing of so many milliseconds the ruler is drawn again. */
const rulerPause = 500;

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
  /** The ruler beside the text shows what stands out, in sight or not; with every unusual word it would show nothing. */
  private readonly ruler = vscode.window.createTextEditorDecorationType({
    overviewRulerColor: new vscode.ThemeColor('headlight.surprise.highBorder'),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly rulersWaiting = new Map<vscode.TextDocument, NodeJS.Timeout>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when the summary may be another. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[] = [
    this.changed,
    ...Object.values(this.styles),
    this.ruler,
    vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
    vscode.workspace.onDidCloseTextDocument((document) => this.clear(document)),
    vscode.window.onDidChangeVisibleTextEditors((editors) => {
      for (const editor of editors) if (this.documents.has(editor.document)) this.draw(editor, true);
    }),
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      if (this.documents.has(textEditor.document)) this.draw(textEditor, false);
    }),
    vscode.window.onDidChangeActiveTextEditor(() => this.announce()),
  ];

  dispose(): void {
    for (const timer of this.rulersWaiting.values()) clearTimeout(timer);
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
    marked.marks = moveSpans(marked.marks, event.contentChanges);
    // The editor moves what it shows by itself.
    if (marked.marks.length === before) return;
    if (marked.marks.length === 0) return this.clear(event.document);
    marked.edited = true;
    for (const editor of editorsOf(event.document)) this.draw(editor, false);
    this.drawRulersSoon(event.document);
    this.announce();
  }

  private redraw(document: vscode.TextDocument): void {
    for (const editor of editorsOf(document)) this.draw(editor, true);
    this.announce();
  }

  /** Colours what is in sight: a text may have hundreds of thousands of tokens, and loses some with every key. */
  private draw(editor: vscode.TextEditor, rulerToo: boolean): void {
    const { document, visibleRanges } = editor;
    const marks = this.marksOf(document);
    const ranges: Record<SurpriseLevel, vscode.Range[]> = { 0: [], 1: [], 2: [], 3: [] };
    const [first] = visibleRanges;
    const last = visibleRanges.at(-1);
    if (first && last) {
      const from = document.offsetAt(first.start) - margin;
      const to = document.offsetAt(last.end) + margin;
      for (let index = firstEndingAt(marks, from); index < marks.length; index++) {
        const mark = marks[index]!;
        if (mark.start > to) break;
        ranges[surpriseLevel(mark.logprob)].push(rangeOf(document, mark));
      }
    }
    for (const level of [1, 2, 3] as const) editor.setDecorations(this.styles[level], ranges[level]);
    if (rulerToo) this.drawRuler(editor);
  }

  private drawRuler(editor: vscode.TextEditor): void {
    const { document } = editor;
    const high = this.marksOf(document).filter(({ logprob }) => surpriseLevel(logprob) === 3);
    editor.setDecorations(
      this.ruler,
      high.map((mark) => rangeOf(document, mark)),
    );
  }

  private drawRulersSoon(document: vscode.TextDocument): void {
    clearTimeout(this.rulersWaiting.get(document));
    const draw = (): void => {
      this.rulersWaiting.delete(document);
      for (const editor of editorsOf(document)) this.drawRuler(editor);
    };
    this.rulersWaiting.set(document, setTimeout(draw, rulerPause));
  }

  private announce(): void {
    const active = vscode.window.activeTextEditor;
    const marked = active !== undefined && this.documents.has(active.document);
    void vscode.commands.executeCommand('setContext', 'headlight.hasSurpriseMarks', marked);
    this.changed.fire();
  }
}

function editorsOf(document: vscode.TextDocument): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
}

/** Index of the first of the ascending `marks` that ends at `offset` or behind it. */
function firstEndingAt(marks: readonly SurpriseMark[], offset: number): number {
  let from = 0;
  let to = marks.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (marks[middle]!.end < offset) from = middle + 1;
    else to = middle;
  }
  return from;
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
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
