import * as vscode from 'vscode';
import { percent } from '../../core/text/figures';
import { moveSpan } from '../../core/text/changes';
import { jointRange } from '../../core/text/jointRange';
import type { Joint } from '../../core/text/joints';
import { shiftSpan, type Span } from '../../core/text/span';
import type { NextSentenceResult } from '../../protocol/engine';
import { hasInlayHints } from '../inlayHints';
import { rangeOf } from '../target';

/** A joint with the probability, in [0, 1], that its second passage follows its first. */
export interface JudgedJoint extends Joint {
  readonly isNext: number;
  /** What the model was trained to tell of two passages. */
  readonly tells: NextSentenceResult['head'];
}

interface Mark extends JudgedJoint {
  /** Where it is drawn. */
  readonly range: Span;
}

/** More probably than not, the second passage does not follow the first. */
const WEAK = 0.5;

export function isWeak({ isNext }: JudgedJoint): boolean {
  return isNext < WEAK;
}

/**
 * The judged joints of each document. A weak one is underlined and has a sign with its probability, so that it is seen
 * without colours; every one has its probability on hover. A joint's mark goes when one of its passages changes.
 *
 * The signs are inlay hints, and decorations where inlay hints are off: see `SentimentMarks`.
 */
export class FlowMarks implements vscode.Disposable, vscode.InlayHintsProvider {
  private readonly documents = new Map<vscode.TextDocument, Mark[]>();
  private readonly weak = vscode.window.createTextEditorDecorationType({
    borderColor: new vscode.ThemeColor('headlight.flow.weakForeground'),
    borderStyle: 'dashed',
    borderWidth: '0 0 2px 0',
    overviewRulerColor: new vscode.ThemeColor('headlight.flow.weakForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  /** Has only a hover. */
  private readonly sound = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly signsChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.signsChanged.event;
  private readonly subscriptions: vscode.Disposable[] = [
    this.weak,
    this.sound,
    this.signsChanged,
    vscode.languages.registerInlayHintsProvider({ pattern: '**' }, this),
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

  /** Adds joints to the document's marks; their spans are the document's. */
  add(document: vscode.TextDocument, joints: readonly JudgedJoint[]): void {
    const text = document.getText();
    const added = joints.map((joint) => ({ ...joint, range: jointRange(text, joint) }));
    const all = [...(this.documents.get(document) ?? []), ...added];
    this.documents.set(
      document,
      all.sort((a, b) => a.range.start - b.range.start),
    );
    this.redraw(document);
  }

  /** The judged joints of `document` as they stand now, in order. */
  jointsOf(document: vscode.TextDocument): readonly JudgedJoint[] {
    return this.documents.get(document) ?? [];
  }

  clear(document: vscode.TextDocument): void {
    if (this.documents.delete(document)) this.redraw(document);
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    return this.marksOf(document)
      .filter(isWeak)
      .flatMap((mark) => {
        const end = document.positionAt(mark.first.end);
        if (!range.contains(end)) return [];
        const hint = new vscode.InlayHint(end, signOf(mark));
        hint.paddingLeft = true;
        hint.tooltip = hoverOf(mark);
        return [hint];
      });
  }

  private marksOf(document: vscode.TextDocument): readonly Mark[] {
    return this.documents.get(document) ?? [];
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    const marks = this.documents.get(event.document);
    if (!marks || event.contentChanges.length === 0) return;
    const kept = marks.flatMap((mark) => {
      const moved = moveSpan({ start: mark.first.start, end: mark.second.end }, event.contentChanges);
      if (!moved) return [];
      const shift = moved.start - mark.first.start;
      return [
        {
          ...mark,
          first: shiftSpan(mark.first, shift),
          second: shiftSpan(mark.second, shift),
          range: shiftSpan(mark.range, shift),
        },
      ];
    });
    if (kept.length === 0) this.documents.delete(event.document);
    else this.documents.set(event.document, kept);
    // What only moved, the editor moves by itself.
    if (kept.length < marks.length) this.redraw(event.document);
  }

  private redraw(document: vscode.TextDocument): void {
    this.signsChanged.fire();
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) this.draw(editor);
    this.announce();
  }

  private draw(editor: vscode.TextEditor): void {
    const { document } = editor;
    const marks = this.marksOf(document);
    const options = (mark: Mark): vscode.DecorationOptions => ({
      range: rangeOf(document, mark.range),
      hoverMessage: hoverOf(mark),
    });
    editor.setDecorations(this.sound, marks.filter((mark) => !isWeak(mark)).map(options));
    const signs = marks.filter(isWeak).map((mark): vscode.DecorationOptions => {
      if (hasInlayHints(document)) return options(mark);
      const color = new vscode.ThemeColor('headlight.flow.weakForeground');
      return { ...options(mark), renderOptions: { after: { contentText: ` ${signOf(mark)}`, color } } };
    });
    editor.setDecorations(this.weak, signs);
  }

  private announce(): void {
    const active = vscode.window.activeTextEditor;
    const marked = active !== undefined && this.documents.has(active.document);
    void vscode.commands.executeCommand('setContext', 'headlight.hasFlowMarks', marked);
  }
}

/** `⚠ 12%`, in the form of a character and not of a picture. */
function signOf({ isNext }: JudgedJoint): string {
  return `\u26a0\ufe0e ${percent(isNext)}`;
}

function hoverOf(mark: JudgedJoint): vscode.MarkdownString {
  return new vscode.MarkdownString(`**Headlight** · ${verdict(mark)}`);
}

/** A joint's judgement in a sentence. */
export function verdict(mark: JudgedJoint): string {
  const { t } = vscode.l10n;
  const probability = percent(mark.isNext);
  const words = {
    'next-sentence': {
      sentence: t('the second sentence follows the first with a probability of {0}', probability),
      paragraph: t('the second paragraph follows the first with a probability of {0}', probability),
    },
    'sentence-order': {
      sentence: t('the two sentences stand in the right order with a probability of {0}', probability),
      paragraph: t('the two paragraphs stand in the right order with a probability of {0}', probability),
    },
  };
  const follows = words[mark.tells][mark.kind];
  return isWeak(mark) ? t('weak joint: {0}', follows) : follows;
}
