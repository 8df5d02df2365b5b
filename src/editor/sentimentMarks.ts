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
 *
 * The signs are inlay hints, as a line wraps around those but not around a decoration's text, which would push
 * the end of the line out of sight. Where inlay hints are off, decorations it is.
 */
export class SentimentMarks implements vscode.Disposable, vscode.InlayHintsProvider {
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
  private readonly signsChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.signsChanged.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      this.signsChanged,
      vscode.languages.registerInlayHintsProvider({ pattern: '**' }, this),
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

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    return this.marksOf(document).flatMap((mark) => {
      const end = document.positionAt(mark.end);
      if (!range.contains(end)) return [];
      const hint = new vscode.InlayHint(end, signOf(mark));
      hint.paddingLeft = true;
      hint.tooltip = hoverOf(mark);
      return [hint];
    });
  }

  private redraw(document: vscode.TextDocument): void {
    this.signsChanged.fire();
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
    const range = rangeOf(document, mark);
    const hoverMessage = hoverOf(mark);
    return hasInlayHints(document)
      ? { range, hoverMessage }
      : { range, hoverMessage, renderOptions: { after: { contentText: ` ${signOf(mark)}` } } };
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

/** `▲ 93%`; a label that is neither positive nor negative is named. */
function signOf({ label, scores }: Verdict): string {
  const tone = toneOf(label);
  const name = tone === 'neutral' ? ` ${label}` : '';
  return `${toneSigns[tone]}${name} ${percent(scores[label] ?? 0)}`;
}

function hasInlayHints(document: vscode.TextDocument): boolean {
  const enabled = vscode.workspace.getConfiguration('editor.inlayHints', document).get('enabled', 'on');
  return enabled === 'on' || enabled === 'onUnlessPressed';
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
