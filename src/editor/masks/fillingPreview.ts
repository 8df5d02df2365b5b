import * as vscode from 'vscode';
import type { Replacement } from '../../core/text/replace';
import { rangeOf } from '../target';

/** Shows replacements in place of the text they would replace, without touching the document. */
export class FillingPreview implements vscode.Disposable {
  /**
   * `textDecoration` ends up in a style rule as it is, which lets the replaced text give way to the one shown
   * before it; there is no API for that.
   */
  private readonly style = vscode.window.createTextEditorDecorationType({
    textDecoration: 'none; display: none',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });

  constructor(private readonly editor: vscode.TextEditor) {}

  /** @param offset where the text stands in the document that the replacements' spans belong to */
  show(replacements: readonly Replacement[], offset: number): void {
    const { document } = this.editor;
    this.editor.setDecorations(
      this.style,
      replacements.map(({ start, end, text }) => ({
        range: rangeOf(document, { start: start + offset, end: end + offset }),
        renderOptions: {
          before: {
            contentText: text,
            color: new vscode.ThemeColor('editor.foreground'),
            backgroundColor: new vscode.ThemeColor('editor.wordHighlightStrongBackground'),
            border: '1px dashed',
            borderColor: new vscode.ThemeColor('focusBorder'),
          },
        },
      })),
    );
  }

  dispose(): void {
    this.style.dispose();
  }
}
