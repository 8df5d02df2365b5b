import * as vscode from 'vscode';
import { isPlaceForText, textAsSelected } from '../../core/completion/caret';
import { isInComment } from '../../core/text/commitMessage';
import { isInCode } from '../../core/text/fences';
import type { Suggestion } from '../../core/completion/suggestionCache';
import type { AcceptedText } from './acceptedText';
import type { Suggester } from './suggester';
import { textAround } from './textAround';

/** What has the say about whether a suggestion may be asked for. */
export interface Gate {
  /** False where it is off, even when it is asked for: what the selector takes in may be more than is on. */
  isOn(document: vscode.TextDocument): boolean;
  /** False while ghost text isn't to come by itself; it may still be asked for. */
  mayComeByItself(): Promise<boolean>;
  onError(error: unknown): void;
}

/** Ghost text, where VS Code asks for it: at every key, and when the user does. */
export class GhostTextProvider implements vscode.InlineCompletionItemProvider {
  /** Documents whose last change took something away, or took a change back. */
  readonly #shrinking = new WeakSet<vscode.TextDocument>();

  constructor(
    private readonly suggester: Suggester,
    private readonly accepted: AcceptedText,
    private readonly gate: Gate,
  ) {}

  /** To be told of every change of a document. */
  follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const isShrinking = reason !== undefined || contentChanges.every(({ text }) => text === '');
    if (isShrinking) this.#shrinking.add(document);
    else this.#shrinking.delete(document);
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind, selectedCompletionInfo }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const asked = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (!this.gate.isOn(document)) return [];
    if (!asked && this.#shrinking.has(document)) return [];
    const around = textAround(document, position);
    if (!isPlaceForText({ ...around, asked })) return [];
    const { languageId } = document;
    // Far above may stand what makes it so: the changes below a commit message may be long.
    if (languageId === 'git-commit' && isInComment(textBefore(document, position))) return [];
    if (!asked && languageId === 'markdown' && isInCode(document.getText(), document.offsetAt(position)))
      return [];
    if (!asked && !(await this.gate.mayComeByItself())) return [];
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    try {
      if (token.isCancellationRequested) return [];
      const suggestions = await this.suggester.suggest(
        around,
        asked ? 'paragraph' : 'sentence',
        controller.signal,
      );
      if (token.isCancellationRequested) return [];
      const lines = suggestions.map((suggestion) => withLineEnds(suggestion, document.eol));
      this.accepted.offer(document, document.offsetAt(position), lines);
      return lines.flatMap(({ text }) => itemFor(document, position, text, selectedCompletionInfo) ?? []);
    } catch (error) {
      this.gate.onError(error);
      return [];
    } finally {
      subscription.dispose();
    }
  }
}

function textBefore(document: vscode.TextDocument, position: vscode.Position): string {
  return document.getText(new vscode.Range(new vscode.Position(0, 0), position));
}

/** The item for a suggestion; undefined where it isn't what is selected in the suggest widget. */
function itemFor(
  document: vscode.TextDocument,
  position: vscode.Position,
  text: string,
  selected: vscode.SelectedCompletionInfo | undefined,
): vscode.InlineCompletionItem | undefined {
  if (!selected) return new vscode.InlineCompletionItem(text, new vscode.Range(position, position));
  const { range } = selected;
  if (!range.end.isEqual(position)) return undefined;
  const begun = document.getText(new vscode.Range(range.start, position));
  const whole = textAsSelected(begun, text, selected.text);
  return whole === undefined ? undefined : new vscode.InlineCompletionItem(whole, range);
}

/** A suggestion as it will stand in the document. */
function withLineEnds(suggestion: Suggestion, eol: vscode.EndOfLine): Suggestion {
  if (eol === vscode.EndOfLine.LF || !suggestion.text.includes('\n')) return suggestion;
  const moved = (offset: number): number =>
    offset + (suggestion.text.slice(0, offset).match(/\n/g)?.length ?? 0);
  return {
    text: suggestion.text.replaceAll('\n', '\r\n'),
    tokens: suggestion.tokens.map((token) => ({
      ...token,
      start: moved(token.start),
      end: moved(token.end),
    })),
  };
}
