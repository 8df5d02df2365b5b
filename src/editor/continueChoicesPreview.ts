import * as vscode from 'vscode';
import { revealBelowPick } from './revealBelowPick';

/** About as many lines are behind the pick. */
const pickLines = 16;

/** Shows a continuation at its place without touching the document: a card below the line that it goes on from. */
export class ContinuationPreview implements vscode.Disposable {
  private readonly style = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });

  constructor(private readonly editor: vscode.TextEditor) {}

  /** Shows `text` at `offset` of the document; an empty one takes the preview away. */
  show(text: string, offset: number): void {
    if (text.trim() === '') return this.editor.setDecorations(this.style, []);
    const at = this.editor.document.positionAt(offset);
    revealBelowPick(this.editor, offset);
    // What stands at the top of a document can't be brought below the pick: then the card is.
    const gap = Math.max(0, pickLines - at.line);
    this.editor.setDecorations(this.style, [
      {
        range: new vscode.Range(at, at),
        renderOptions: {
          after: {
            // A decoration's text has one line; the card breaks it where it is full.
            contentText: text.replace(/\s*\n\s*/g, ' ⏎ ').trim(),
            color: new vscode.ThemeColor('editorHoverWidget.foreground'),
            backgroundColor: new vscode.ThemeColor('editorHoverWidget.background'),
            border: '1px dashed',
            borderColor: new vscode.ThemeColor('focusBorder'),
            // It ends up in a style rule as it is: the way to a text over several lines, for which there is no API.
            textDecoration:
              `none; position: absolute; left: 0; top: calc(100% + ${gap}lh); z-index: 10; width: max-content; ` +
              'max-width: min(80ch, 100%); box-sizing: border-box; padding: 2px 6px; white-space: normal; ' +
              'font-style: italic',
          },
        },
      },
    ]);
  }

  dispose(): void {
    this.style.dispose();
  }
}
