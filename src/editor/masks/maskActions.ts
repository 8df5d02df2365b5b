import * as vscode from 'vscode';
import { percent } from '../../core/text/figures';
import { isCancellation } from '../errors';
import { rangeOf } from '../target';
import type { MaskCandidates } from './maskCandidates';

const offered = 5;

/**
 * Code actions at a mask: write one of the best candidates, or choose from all. The candidates are asked for when
 * the user calls for actions; a light bulb only shows those that are known, as it follows the cursor.
 */
export class MaskActions implements vscode.CodeActionProvider {
  static readonly kind = vscode.CodeActionKind.QuickFix.append('fillMask');

  constructor(
    private readonly candidates: MaskCandidates,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const mask = await this.candidates.maskAt(document, document.offsetAt(range.start));
    if (!mask) return [];
    const isAsked = context.triggerKind === vscode.CodeActionTriggerKind.Invoke;
    const ranked = isAsked
      ? await this.candidates.at(mask, 'interactive', token).catch((error: unknown) => {
          if (!isCancellation(error)) this.log.error(String(error));
          return undefined;
        })
      : this.candidates.knownAt(mask);
    const actions = (ranked?.candidates ?? [])
      .filter(({ text }) => text.trim() !== '')
      .slice(0, offered)
      .map(({ text, probability }) => {
        const title = ranked?.truncated
          ? vscode.l10n.t(
              'Fill with “{0}” ({1}; only the text around it was read)',
              text,
              percent(probability),
            )
          : vscode.l10n.t('Fill with “{0}” ({1})', text, percent(probability));
        const action = new vscode.CodeAction(title, MaskActions.kind);
        action.edit = new vscode.WorkspaceEdit();
        action.edit.replace(document.uri, rangeOf(document, mask.span), text);
        return action;
      });
    const choose = new vscode.CodeAction(
      mask.count > 1 ? vscode.l10n.t('Fill All Masks Together…') : vscode.l10n.t('Fill Mask…'),
      MaskActions.kind,
    );
    choose.command = { command: 'headlight.fillMask', title: choose.title };
    return [...actions, choose];
  }
}
