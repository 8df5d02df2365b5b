import * as path from 'node:path';
import * as vscode from 'vscode';
import { Hint } from '../errors';
import type { Target } from '../target';
import { Proposal } from './proposal';

const SCHEME = 'headlight-rewrite';
/** The diff is drawn anew this often while text comes in. */
const REDRAW_MS = 80;

/** The one rewrite that waits to be accepted or dropped, shown as a diff beside the text. */
export class Proposals implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private current:
    { readonly proposal: Proposal; readonly before: vscode.Uri; readonly after: vscode.Uri } | undefined;
  private count = 0;
  private redrawing: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions = [
    this.changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      // A diff that the user closes is dropped.
      if (closed.some((tab) => this.isShownIn(tab))) this.end();
    }),
  ];

  dispose(): void {
    this.end();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What waits to be accepted or dropped. */
  get proposal(): Proposal | undefined {
    return this.current?.proposal;
  }

  /** Opens the diff of a rewrite that is about to be written; the one before is dropped. */
  async open(target: Target): Promise<Proposal> {
    await this.drop();
    const proposal = new Proposal(target);
    const name = path.posix.basename(target.document.uri.path);
    const uri = (side: string): vscode.Uri =>
      vscode.Uri.from({ scheme: SCHEME, path: `/${++this.count}/${side}/${name}` });
    const shown = { proposal, before: uri('before'), after: uri('after') };
    this.current = shown;
    void vscode.commands.executeCommand('setContext', 'headlight.hasRewrite', true);
    const title = vscode.l10n.t('Rewrite of {0}', name);
    await vscode.commands.executeCommand('vscode.diff', shown.before, shown.after, title, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
    return proposal;
  }

  /** Has the diff show the proposal as it is now, at the latest in a moment. */
  redraw(): void {
    this.redrawing ??= setTimeout(() => {
      this.redrawing = undefined;
      if (this.current) this.changed.fire(this.current.after);
    }, REDRAW_MS);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const { current } = this;
    if (uri.toString() === current?.before.toString()) return current.proposal.original;
    return uri.toString() === current?.after.toString() ? current.proposal.text : '';
  }

  /** Writes the rewrite into its document and closes the diff. */
  async accept(): Promise<void> {
    const { proposal } = this;
    if (!proposal) throw new Hint(vscode.l10n.t('There is no rewrite to accept. Run Rewrite first.'));
    await proposal.write();
    await this.drop();
  }

  /** Closes the diff; the document stays as it is. */
  async drop(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const shown = tabs.filter((tab) => this.isShownIn(tab));
    this.end();
    if (shown.length > 0) await vscode.window.tabGroups.close(shown, true);
  }

  private isShownIn({ input }: vscode.Tab): boolean {
    return (
      input instanceof vscode.TabInputTextDiff && input.modified.toString() === this.current?.after.toString()
    );
  }

  private end(): void {
    clearTimeout(this.redrawing);
    this.redrawing = undefined;
    if (!this.current) return;
    const { proposal } = this.current;
    this.current = undefined;
    proposal.dispose();
    void vscode.commands.executeCommand('setContext', 'headlight.hasRewrite', false);
  }
}
