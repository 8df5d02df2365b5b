import * as vscode from 'vscode';
import { bar, percent } from '../../core/text/figures';
import { errorText } from '../../views/localized';
import { isCancellation } from '../errors';
import { commandLink, escapeMarkdown } from '../markdown';
import { rangeOf } from '../target';
import { tickOff } from '../walkthrough';
import { fillMasksAroundCommand } from './fillMask';
import type { MaskCandidates, MaskInDocument, RankedMask } from './maskCandidates';
import { writeMaskCommand, type SeenMask, type WriteMaskArguments } from './writeFillings';

const shown = 8;

/** On hover over a mask: what may stand there and how probable it is; a click writes it. */
export class MaskHover implements vscode.HoverProvider {
  constructor(private readonly candidates: MaskCandidates) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const mask = await this.candidates.maskAt(document, document.offsetAt(position));
    if (!mask) return undefined;
    const range = rangeOf(document, mask.span);
    try {
      const ranked = await this.candidates.at(mask, 'interactive', token);
      tickOff('look');
      return new vscode.Hover(contentOf(document, mask, ranked), range);
    } catch (error) {
      if (isCancellation(error)) return undefined;
      // Said where it is looked at; a message for a mere hover would be in the way.
      return new vscode.Hover(
        new vscode.MarkdownString(`**Headlight** · ${escapeMarkdown(errorText(error))}`),
        range,
      );
    }
  }
}

function contentOf(
  document: vscode.TextDocument,
  { span, index, count }: MaskInDocument,
  { candidates, model, truncated }: RankedMask,
): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: [writeMaskCommand, fillMasksAroundCommand] };
  const seen: SeenMask = [document.uri.toString(), document.version, span];
  text.appendMarkdown(`**Headlight** · ${escapeMarkdown(t('what may stand here, by {0}', model))}\n\n`);
  text.appendMarkdown(`| | | |\n|:--|--:|:--|\n`);
  for (const { text: word, probability } of candidates.slice(0, shown)) {
    const target: WriteMaskArguments = [...seen, word];
    const link = commandLink(writeMaskCommand, target);
    const label = word.trim() === '' ? '␣' : escapeMarkdown(word);
    const title = t('Write it in place of the mask');
    text.appendMarkdown(
      `| [${label}](${link} "${title}") | ${percent(probability)} | ${bar(probability, 10)} |\n`,
    );
  }
  if (count > 1) {
    const each = t('Mask {0} of {1}, judged with the others still hidden.', index + 1, count);
    const link = commandLink(fillMasksAroundCommand, seen);
    text.appendMarkdown(`\n${escapeMarkdown(each)} [${t('Fill all of them together')}](${link})\n`);
  }
  if (truncated)
    text.appendMarkdown(
      `\n${escapeMarkdown(t('The paragraph is longer than what the model can read at once; it read what stands around the mask.'))}\n`,
    );
  return text;
}
