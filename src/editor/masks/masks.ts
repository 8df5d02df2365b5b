import * as vscode from 'vscode';
import type { Engine } from '../../client/engineClient';
import { proseSelector } from '../prose';
import { hasMaskHelp } from '../settings';
import { MaskActions } from './maskActions';
import { MaskCandidates } from './maskCandidates';
import { MaskColours } from './maskColours';
import { MaskCompletions } from './maskCompletions';
import { MaskHover } from './maskHover';
import { MaskSpelling } from './maskSpelling';

/**
 * What is seen of masks in documents without a command: colours, hovers, code actions, completions. Switched off by
 * `headlight.masks.enabled`, none of it is there.
 */
export class Masks implements vscode.Disposable {
  readonly spelling: MaskSpelling;
  private readonly configuration: vscode.Disposable;
  private shown: vscode.Disposable | undefined;
  private colours: MaskColours | undefined;

  /** @param root the extension's own folder */
  constructor(
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
    private readonly root: string,
  ) {
    this.spelling = new MaskSpelling(root);
    this.configuration = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('headlight.masks.enabled')) this.follow();
    });
    this.follow();
  }

  dispose(): void {
    this.configuration.dispose();
    this.shown?.dispose();
    this.spelling.dispose();
  }

  /** The coloured masks of a document. */
  colouredIn(document: vscode.TextDocument): vscode.Range[] {
    return this.colours?.rangesOf(document) ?? [];
  }

  private follow(): void {
    this.shown?.dispose();
    this.shown = this.colours = undefined;
    if (!hasMaskHelp()) return;
    const candidates = new MaskCandidates(this.engine, this.spelling, this.root);
    this.colours = new MaskColours(this.spelling);
    this.shown = vscode.Disposable.from(
      this.colours,
      vscode.languages.registerHoverProvider(proseSelector, new MaskHover(candidates)),
      vscode.languages.registerCodeActionsProvider(proseSelector, new MaskActions(candidates, this.log), {
        providedCodeActionKinds: [MaskActions.kind],
      }),
      vscode.languages.registerCompletionItemProvider(
        proseSelector,
        new MaskCompletions(candidates, this.log),
        // The last letters of masks: what may stand there shows when one has been typed.
        ']',
        '>',
      ),
    );
  }
}
