import * as vscode from 'vscode';
import { fullSignOf } from '../../core/sentiment/signs';
import { toneOf, type Tone } from '../../core/text/tone';
import type { Summary } from '../statusBar';
import { rangeOf } from '../target';
import type { JudgedDocument, JudgedSentence } from './judgedDocument';
import { listOf, sentenceCount } from './wording';

/** Drawing takes at most this share of the time while verdicts come in. */
const drawingShare = 0.1;
const leastPause = 100;

/**
 * The sentences' marks of each judged document: a tint and a line below, whose form tells the tone without the colour.
 * They follow the document's edits: a sentence that is changed loses its mark.
 */
export class SentimentMarks implements vscode.Disposable {
  private readonly documents = new Map<vscode.TextDocument, JudgedDocument>();
  /** Documents with verdicts that aren't drawn yet. */
  private readonly waiting = new Map<vscode.TextDocument, NodeJS.Timeout>();
  private pause = leastPause;
  private styles: Record<Tone, vscode.TextEditorDecorationType> | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  /** Fires when other marks are shown. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.clear(document)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) if (this.documents.has(editor.document)) this.draw(editor);
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.announce()),
    ];
  }

  dispose(): void {
    for (const document of this.documents.keys()) this.clear(document);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** True while any document has marks. */
  get any(): boolean {
    return this.documents.size > 0;
  }

  /** Marks the sentences of `judged` in place of the document's former marks. */
  show(judged: JudgedDocument): void {
    this.documents.get(judged.document)?.abandon();
    this.documents.set(judged.document, judged);
    this.redraw(judged.document);
  }

  /** Shows the verdicts that have come, soon: drawing thousands of sentences for each would be all that is done. */
  refresh(judged: JudgedDocument): void {
    const { document } = judged;
    if (this.documents.get(document) !== judged || this.waiting.has(document)) return;
    this.waiting.set(
      document,
      setTimeout(() => this.redraw(document), this.pause),
    );
  }

  /** Shows the verdicts that have come, now. */
  flush(judged: JudgedDocument): void {
    if (this.documents.get(judged.document) === judged) this.redraw(judged.document);
  }

  /** Takes away what `judged` has shown, unless something else is shown by now. */
  forget(judged: JudgedDocument): void {
    if (this.documents.get(judged.document) === judged) this.clear(judged.document);
  }

  /** What was judged of `document`. */
  of(document: vscode.TextDocument): JudgedDocument | undefined {
    return this.documents.get(document);
  }

  /** The sentences of `document` that have a verdict, as they stand now. */
  marksOf(document: vscode.TextDocument): readonly JudgedSentence[] {
    return this.documents.get(document)?.judged() ?? [];
  }

  /** Takes the document's marks away, and ends the work on it. */
  clear(document: vscode.TextDocument): void {
    this.documents.get(document)?.abandon();
    if (this.documents.delete(document)) this.redraw(document);
  }

  /** The verdict on the active document, for the status bar. */
  summary(): Summary {
    const active = vscode.window.activeTextEditor;
    const judged = active && this.documents.get(active.document);
    const verdict = judged?.verdict();
    if (!judged || !verdict) return undefined;
    const { t } = vscode.l10n;
    const sentences = judged.judged();
    const byLabel = new Map<string, number>();
    for (const { label } of sentences) byLabel.set(label, (byLabel.get(label) ?? 0) + 1);
    const counts = [...byLabel].map(([label, count]) => `${label}: ${sentenceCount(count)}`).join(', ');
    const isPart = sentences.length < judged.size;
    const parts = [
      judged.isMean
        ? t('Sentiment, as the mean of {0}: {1}.', sentenceCount(sentences.length), listOf(verdict))
        : t('Sentiment: {0}.', listOf(verdict)),
      counts,
      ...(isPart && !judged.isWaiting
        ? [t('{0} of {1} sentences were judged.', sentences.length, judged.size)]
        : []),
      judged.isLive ? t('Live: sentences are judged as they change.') : t('Escape takes the marks away.'),
    ];
    const progress = isPart && judged.isWaiting ? ` (${sentences.length}/${judged.size})` : '';
    return { text: fullSignOf(verdict) + progress, tooltip: parts.join('\n') };
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    const judged = this.documents.get(event.document);
    if (!judged || event.contentChanges.length === 0) return;
    const before = judged.size;
    judged.follow(event.contentChanges);
    if (judged.size === 0 && !judged.isLive) return this.clear(event.document);
    // The editor moves what it shows by itself.
    if (judged.size < before) this.redraw(event.document);
  }

  private redraw(document: vscode.TextDocument): void {
    clearTimeout(this.waiting.get(document));
    this.waiting.delete(document);
    const started = performance.now();
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) this.draw(editor);
    this.announce();
    this.pause = Math.max(leastPause, (performance.now() - started) / drawingShare);
    if (this.any || !this.styles) return;
    for (const style of Object.values(this.styles)) style.dispose();
    this.styles = undefined;
  }

  private draw(editor: vscode.TextEditor): void {
    this.styles ??= {
      positive: styleOf('positive', 'solid'),
      negative: styleOf('negative', 'double'),
      neutral: styleOf('neutral', 'dotted'),
    };
    const ranges: Record<Tone, vscode.Range[]> = { positive: [], negative: [], neutral: [] };
    for (const sentence of this.marksOf(editor.document))
      ranges[toneOf(sentence.label)].push(rangeOf(editor.document, sentence));
    for (const tone of Object.keys(ranges) as Tone[]) editor.setDecorations(this.styles[tone], ranges[tone]);
  }

  private announce(): void {
    const active = vscode.window.activeTextEditor;
    const judged = active && this.documents.get(active.document);
    const setContext = (key: string, value: boolean): void =>
      void vscode.commands.executeCommand('setContext', key, value);
    setContext('headlight.hasSentiment', judged !== undefined);
    // Live marks go with the live mode: what Escape took away would be back at the next key.
    setContext('headlight.hasSentimentMarks', judged !== undefined && !judged.isLive);
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
  });
}
