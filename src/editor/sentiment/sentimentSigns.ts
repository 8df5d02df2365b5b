import * as vscode from 'vscode';
import { signOf } from '../../core/sentiment/signs';
import { toneOf } from '../../core/text/tone';
import { hasInlayHints } from '../inlayHints';
import { rangeOf } from '../target';
import type { JudgedSentence } from './judgedDocument';
import type { SentimentMarks } from './sentimentMarks';
import { listOf } from './wording';

/**
 * A sign with the probability after each marked sentence that is in sight, for those who don't see the colours.
 *
 * The signs are inlay hints, as a line wraps around those but not around a decoration's text, which would push the
 * end of the line out of sight; and VS Code reads them out. Where inlay hints are off, decorations it is.
 */
export class SentimentSigns implements vscode.Disposable, vscode.InlayHintsProvider {
  private readonly style = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly hintsChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.hintsChanged.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly marks: SentimentMarks) {
    const drawAll = (): void => vscode.window.visibleTextEditors.forEach((editor) => this.draw(editor));
    this.subscriptions = [
      this.style,
      vscode.languages.registerInlayHintsProvider({ pattern: '**' }, this),
      this.hintsChanged,
      marks.onDidChange(() => {
        this.hintsChanged.fire();
        drawAll();
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.draw(textEditor)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('editor.inlayHints')) drawAll();
      }),
    ];
    drawAll();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    return this.endingIn(document, range).map((sentence) => {
      const hint = new vscode.InlayHint(document.positionAt(sentence.end), signOf(sentence));
      hint.paddingLeft = true;
      hint.tooltip = listOf(sentence);
      return hint;
    });
  }

  private draw(editor: vscode.TextEditor): void {
    const { document } = editor;
    const ranges = hasInlayHints(document) ? [] : editor.visibleRanges;
    editor.setDecorations(
      this.style,
      ranges.flatMap((range) =>
        this.endingIn(document, range).map((sentence) => ({
          range: rangeOf(document, { start: sentence.end, end: sentence.end }),
          renderOptions: { after: { contentText: ` ${signOf(sentence)}`, color: colourOf(sentence) } },
        })),
      ),
    );
  }

  private endingIn(document: vscode.TextDocument, range: vscode.Range): JudgedSentence[] {
    const start = document.offsetAt(range.start);
    const end = document.offsetAt(range.end);
    return this.marks.marksOf(document).filter((sentence) => sentence.end >= start && sentence.end <= end);
  }
}

function colourOf({ label }: JudgedSentence): vscode.ThemeColor {
  return new vscode.ThemeColor(`headlight.sentiment.${toneOf(label)}Foreground`);
}
