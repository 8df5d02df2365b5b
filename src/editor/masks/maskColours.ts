import * as vscode from 'vscode';
import { isProse } from '../prose';
import { rangeOf } from '../target';
import type { MaskSpelling } from './maskSpelling';

/** How long typing may go on before the masks are looked for again. */
const pauseMs = 100;

/** Colours the masks in the visible editors of prose. */
export class MaskColours implements vscode.Disposable {
  private readonly style = vscode.window.createTextEditorDecorationType({
    color: new vscode.ThemeColor('headlight.mask.foreground'),
    backgroundColor: new vscode.ThemeColor('headlight.mask.background'),
    borderColor: new vscode.ThemeColor('headlight.mask.border'),
    borderStyle: 'dotted',
    borderWidth: '0 0 2px 0',
    overviewRulerColor: new vscode.ThemeColor('headlight.mask.border'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly spelling: MaskSpelling) {
    const soon = (): void => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), pauseMs);
    };
    this.subscriptions = [
      this.style,
      spelling.onDidChange(() => this.draw()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
      // A document whose language is changed is opened anew.
      vscode.workspace.onDidOpenTextDocument(soon),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isProse(document)) soon();
      }),
    ];
    this.draw();
    void spelling.ready();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** The coloured ranges of a document. */
  rangesOf(document: vscode.TextDocument): vscode.Range[] {
    if (!isProse(document)) return [];
    return this.spelling.find(document.getText()).map((mask) => rangeOf(document, mask));
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors)
      editor.setDecorations(this.style, this.rangesOf(editor.document));
  }
}
