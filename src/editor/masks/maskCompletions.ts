import * as vscode from 'vscode';
import { percent } from '../../core/text/figures';
import { isCancellation } from '../errors';
import { rangeOf } from '../target';
import type { MaskCandidates } from './maskCandidates';

/** Completion items at a mask: what may stand there, most probable first. */
export class MaskCompletions implements vscode.CompletionItemProvider {
  constructor(
    private readonly candidates: MaskCandidates,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionItem[]> {
    const mask = await this.candidates.maskAt(document, document.offsetAt(position));
    if (!mask) return [];
    try {
      const { candidates, model, truncated } = await this.candidates.at(mask, 'typing', token);
      const range = rangeOf(document, mask.span);
      return candidates
        .filter(({ text }) => text.trim() !== '')
        .map(({ text, probability }, index) => {
          const item = new vscode.CompletionItem(
            { label: text, description: percent(probability) },
            vscode.CompletionItemKind.Text,
          );
          item.range = range;
          // What stands there already is the mask: the items are for it, whatever their own letters.
          item.filterText = document.getText(range);
          item.sortText = String(index).padStart(3, '0');
          item.preselect = index === 0;
          item.detail = vscode.l10n.t('{0} by {1}', percent(probability), model);
          if (truncated)
            item.documentation = vscode.l10n.t(
              'The paragraph is longer than what the model can read at once; it read what stands around the mask.',
            );
          return item;
        });
    } catch (error) {
      if (!isCancellation(error)) this.log.error(String(error));
      return [];
    }
  }
}
