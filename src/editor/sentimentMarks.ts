import * as vscode from 'vscode';
import { moveSpan } from '../core/text/changes';
import { bar, percent } from '../core/text/figures';
import { shiftSpan, type Span } from '../core/text/span';
import { toneOf, toneSigns, type Tone } from '../core/text/tone';
import type { SentimentResult, Verdict } from '../protocol/engine';
import { rangeOf } from './target';

interface Mark extends Span, Verdict {}

interface MarkedDocument {
  marks: Mark[];
  /** The judged text. */
  region: Span;
  /** The verdict on the whole of it. */
  readonly verdict: Verdict;
}

/** What is on screen of the active document's sentiment; `undefined` when it has no marks. */
export type Summary = { text: string; tooltip: string } | undefined;

/**
 * The sentences' marks of each judged document: a tint and a line, a sign with the probability after it, and all
 * probabilities on hover. They go when the judged text changes, and by `clear`.
 */
export class SentimentMarks implements vscode.Disposable {
  private readonly documents = new Map<vscode.TextDocument, MarkedDocument>();
  private readonly styles: Record<Tone, vscode.TextEditorDecorationType> = {
    positive: styleOf('positive', 'solid'),
    negative: styleOf('negative', 'double'),
    neutral: styleOf('neutral', 'dotted'),
  };
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  /** Fires when the summary may be another. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      ...Object.values(this.styles),
      vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.clear(document)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) if (this.documents.has(editor.document)) this.draw(editor);
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.announce()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /**
   * Marks the sentences of `result` in place of the document's former marks.
   * @param region where the judged text stands in the document
   */
  show(document: vscode.TextDocument, result: SentimentResult, region: Span): void {
    const marks = result.sentences.map((sentence) => ({ ...sentence, ...shiftSpan(sentence, region.start) }));
    this.documents.set(document, { marks, region, verdict: result });
    this.redraw(document);
  }

  /** The marks of `document` as they stand now. */
  marksOf(document: vscode.TextDocument): readonly Mark[] {
    return this.documents.get(document)?.marks ?? [];
  }

  /** Takes the document's marks away. */
  clear(document: vscode.TextDocument): void {
    if (this.documents.delete(document)) this.redraw(document);
  }

  /** The verdict on the active document, for the status bar. */
  summary(): Summary {
    const active = vscode.window.activeTextEditor;
    const marked = active && this.documents.get(active.document);
    if (!marked) return undefined;
    const { label, scores } = marked.verdict;
    return {
      text: `${toneSigns[toneOf(label)]} ${label} ${percent(scores[label] ?? 0)}`,
      tooltip: vscode.l10n.t('Sentiment: {0}. Escape takes the marks away.', listOf(marked.verdict)),
    };
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    const marked = this.documents.get(event.document);
    if (!marked || event.contentChanges.length === 0) return;
    const region = moveSpan(marked.region, event.contentChanges);
    if (!region) return this.clear(event.document);
    // The editor moves what it shows by itself; this is for when it shows the document again.
    const shift = region.start - marked.region.start;
    marked.region = region;
    marked.marks = marked.marks.map((mark) => ({ ...mark, ...shiftSpan(mark, shift) }));
  }

  private redraw(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) this.draw(editor);
    this.announce();
  }

  private draw(editor: vscode.TextEditor): void {
    const marks = this.marksOf(editor.document);
    for (const tone of Object.keys(this.styles) as Tone[])
      editor.setDecorations(
        this.styles[tone],
        marks
          .filter(({ label }) => toneOf(label) === tone)
          .map((mark) => this.decoration(editor.document, mark)),
      );
  }

  private decoration(document: vscode.TextDocument, mark: Mark): vscode.DecorationOptions {
    const tone = toneOf(mark.label);
    const name = tone === 'neutral' ? ` ${mark.label}` : '';
    return {
      range: rangeOf(document, mark),
      hoverMessage: hoverOf(mark),
      renderOptions: {
        after: { contentText: ` ${toneSigns[tone]}${name} ${percent(mark.scores[mark.label] ?? 0)}` },
      },
    };
  }

  private announce(): void {
    const active = vscode.window.activeTextEditor;
    const marked = active !== undefined && this.documents.has(active.document);
    void vscode.commands.executeCommand('setContext', 'headlight.hasSentimentMarks', marked);
    this.changed.fire();
  }
}

function styleOf(tone: Tone, line: string): vscode.TextEditorDecorationType {
  const foreground = new vscode.ThemeColor(`headlight.sentiment.${tone}Foreground`);
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(`headlight.sentiment.${tone}Background`),
    borderColor: foreground,
    borderStyle: line,
    borderWidth: line === 'double' ? '0 0 3px 0' : '0 0 2px 0',
    overviewRulerColor: foreground,
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { color: foreground, fontStyle: 'normal' },
  });
}

/** A verdict's labels and probabilities, most probable first. */
export function ranking(verdict: Verdict): [label: string, probability: number][] {
  return Object.entries(verdict.scores).sort(([, a], [, b]) => b - a);
}

/** `POSITIVE 93%, NEGATIVE 6.8%` */
export function listOf(verdict: Verdict): string {
  return ranking(verdict)
    .map(([label, probability]) => `${label} ${percent(probability)}`)
    .join(', ');
}

function hoverOf(mark: Mark): vscode.MarkdownString {
  const text = new vscode.MarkdownString(
    `**Headlight** · ${vscode.l10n.t('sentiment of this sentence')}\n\n`,
  );
  text.appendMarkdown(`| | | |\n|:--|--:|:--|\n`);
  for (const [label, probability] of ranking(mark))
    text.appendMarkdown(`| ${escaped(label)} | ${percent(probability)} | ${bar(probability, 10)} |\n`);
  return text;
}

function escaped(label: string): string {
  return label.replace(/[\\`*_{}[\]()#+\-.!|<>]/g, '\\$&');
}
