import * as vscode from 'vscode';
import { replaced, type Replacement } from '../../core/text/replace';
import type { Span } from '../../core/text/span';
import { FollowedRegion } from '../../views/followedRegion';
import { Hint } from '../errors';
import { rangeOf, type Target } from '../target';

/** A part of a document and what a model writes in place of it, part by part; the document isn't touched. */
export class Proposal implements vscode.Disposable {
  readonly document: vscode.TextDocument;
  readonly original: string;
  private readonly region: FollowedRegion;
  private readonly replacements: Replacement[] = [];
  /** What is being written, of the part that isn't done. */
  private growing: Replacement | undefined;
  private readonly ended = new vscode.EventEmitter<void>();
  /** Fires when it is accepted or dropped. */
  readonly onEnd = this.ended.event;

  constructor({ document, span, text }: Target) {
    this.document = document;
    this.original = text;
    this.region = new FollowedRegion(document, span);
  }

  dispose(): void {
    this.ended.fire();
    this.ended.dispose();
    this.region.dispose();
  }

  /** The text as it would be. */
  get text(): string {
    return replaced(this.original, this.growing ? [...this.replacements, this.growing] : this.replacements);
  }

  get isChanged(): boolean {
    return this.text !== this.original;
  }

  /** Shows more of what is written in place of `part`; undefined gives up what isn't done. */
  grow(part: Span, text: string | undefined): void {
    this.growing = text === undefined ? undefined : { ...part, text };
  }

  /** `part` gives way to `text`. */
  finish(part: Span, text: string): void {
    this.growing = undefined;
    this.replacements.push({ ...part, text });
  }

  /** Writes it into the document, as one undo step. */
  async write(): Promise<void> {
    const before = this.region.span;
    if (!before || this.document.isClosed)
      throw new Hint(
        vscode.l10n.t('The text was changed meanwhile, so the rewrite no longer fits; nothing was written.'),
      );
    const text = this.text;
    const editor = await vscode.window.showTextDocument(this.document, { viewColumn: this.column() });
    const { version } = this.document;
    const written = await editor.edit((edit) => edit.replace(rangeOf(this.document, before), text));
    // A read-only editor says yes and changes nothing.
    if (!written || this.document.version === version)
      throw new Hint(
        vscode.l10n.t('The rewrite could not be written: the document is read-only or was changed.'),
      );
  }

  /** Where the document is shown, so that it isn't opened a second time. */
  private column(): vscode.ViewColumn | undefined {
    const uri = this.document.uri.toString();
    return vscode.window.tabGroups.all.find(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri),
    )?.viewColumn;
  }
}
