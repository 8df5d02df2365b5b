import * as vscode from 'vscode';
import {
  acceptedPart,
  followEdits,
  offerAfterTyping,
  tokensAt,
  type AcceptedToken,
  type Offer,
} from '../../core/completion/acceptedTokens';
import type { Suggestion } from '../../core/completion/suggestionCache';
import { bar, percent } from '../../core/text/figures';
import { tickOff } from '../walkthrough';

/** So many tokens of a document are remembered, the last ones. */
const most = 2000;

/** So many steps of undo are remembered. */
const mostUndone = 100;

/** So many tokens are shown around the one that the mouse is on. */
const shownAround = 3;

/** The tokens of a document before an undo, by which they are there again after its redo. */
interface Undone {
  readonly tokens: readonly AcceptedToken[];
  /** Of the document's text. */
  readonly length: number;
}

/**
 * What was taken over of the suggestions, with the probability of each token, for a hover. It follows the edits of the
 * document; a token whose text is changed is forgotten, unless that was an undo and is redone.
 */
export class AcceptedText implements vscode.Disposable {
  readonly #tokens = new Map<vscode.TextDocument, readonly AcceptedToken[]>();
  readonly #undone = new Map<vscode.TextDocument, Undone[]>();
  readonly #subscriptions: vscode.Disposable[];
  #offer: (Offer & { document: vscode.TextDocument }) | undefined;
  #pieces = 0;
  #hover: vscode.Disposable | undefined;

  constructor() {
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => this.#follow(event)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#tokens.delete(document);
        this.#undone.delete(document);
      }),
    ];
  }

  /** Says what is suggested now, and where. Line ends are those of the document. */
  offer(document: vscode.TextDocument, offset: number, suggestions: readonly Suggestion[]): void {
    this.#offer = { document, offset, suggestions };
  }

  /** The tokens that were taken over in a document and stand there unchanged. */
  tokens(document: vscode.TextDocument): readonly AcceptedToken[] {
    return this.#tokens.get(document) ?? [];
  }

  dispose(): void {
    this.#hover?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#tokens.clear();
    this.#undone.clear();
  }

  #follow(event: vscode.TextDocumentChangeEvent): void {
    const { document, contentChanges, reason } = event;
    if (contentChanges.length === 0) return;
    const known = this.#tokens.get(document);
    let tokens = known && (this.#redone(event, known) ?? followEdits(known, contentChanges));
    if (this.#offer?.document === document) {
      const offer = this.#offer;
      const accepted = reason === undefined ? acceptedPart(offer, contentChanges) : undefined;
      if (accepted) {
        const { suggestion, length, offset } = accepted;
        const last = tokens?.at(-1);
        const piece = last?.end === offset ? last.piece : ++this.#pieces;
        tokens = [...(tokens ?? []), ...tokensAt(suggestion, length, offset, piece)].slice(-most);
        this.#showHovers();
        tickOff('write');
      }
      const next = offerAfterTyping(offer, contentChanges);
      this.#offer = next && { ...next, document };
    }
    if (tokens) this.#tokens.set(document, tokens);
  }

  /** The tokens that a redo brings back; keeps those that an undo takes away. */
  #redone(
    { document, contentChanges, reason }: vscode.TextDocumentChangeEvent,
    known: readonly AcceptedToken[],
  ): readonly AcceptedToken[] | undefined {
    const undone = this.#undone.get(document) ?? [];
    if (reason === undefined) {
      this.#undone.delete(document);
      return undefined;
    }
    const { length } = document.getText();
    if (reason === vscode.TextDocumentChangeReason.Redo) {
      const last = undone.pop();
      return last?.length === length ? last.tokens : undefined;
    }
    const grown = contentChanges.reduce((sum, { text, rangeLength }) => sum + text.length - rangeLength, 0);
    this.#undone.set(document, [...undone, { tokens: known, length: length - grown }].slice(-mostUndone));
    return undefined;
  }

  /** Where nothing was taken over there is nothing to hover over. */
  #showHovers(): void {
    this.#hover ??= vscode.languages.registerHoverProvider(
      { pattern: '**' },
      {
        provideHover: (document, position) => {
          const offset = document.offsetAt(position);
          const tokens = this.tokens(document);
          const at = tokens.findIndex(({ start, end }) => start <= offset && offset < end);
          return at < 0 ? undefined : hover(document, tokens, at);
        },
      },
    );
  }
}

function hover(document: vscode.TextDocument, tokens: readonly AcceptedToken[], at: number): vscode.Hover {
  const { t } = vscode.l10n;
  const { piece } = tokens[at]!;
  const around = tokens
    .slice(Math.max(0, at - shownAround), at + shownAround + 1)
    .filter((token) => token.piece === piece);
  const text = new vscode.MarkdownString(
    `**${t('Ghost text')}**: ${t("the model's probability of each token")}\n\n` +
      `| ${t('token')} | ${t('probability')} | |\n| --- | ---: | --- |\n`,
  );
  for (const token of around) {
    const emphasis = token === tokens[at] ? '**' : '';
    text.appendMarkdown(`| ${emphasis}`);
    text.appendText(visible(token.text).replaceAll('|', '\u2223'));
    text.appendMarkdown(
      `${emphasis} | ${emphasis}${percent(token.probability)}${emphasis} | ${bar(token.probability, 10)} |\n`,
    );
  }
  const { start, end } = tokens[at]!;
  return new vscode.Hover(text, new vscode.Range(document.positionAt(start), document.positionAt(end)));
}

/** A token's text on one line, its blanks visible where it has nothing else. */
function visible(token: string): string {
  const text = token.replace(/\r?\n/g, '⏎').replace(/\t/g, '⇥').trim();
  return text === '' ? '␣' : text;
}
