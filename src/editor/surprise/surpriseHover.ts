import * as vscode from 'vscode';
import { bar, percent } from '../../core/text/figures';
import { bitsOf, surpriseLevel, type SurpriseLevel } from '../../core/text/surprise';
import { escapeMarkdown } from '../markdown';
import type { SurpriseMark } from './surpriseMarks';

/** What is shown on hover over tokens that share a place: how unexpected each is, and what was expected instead. */
export function surpriseHover(marks: readonly SurpriseMark[], model: string): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const hover = new vscode.MarkdownString(
    `**Headlight** · ${escapeMarkdown(t('surprise by {0}', model))}\n\n`,
  );
  for (const { text, logprob, expected } of marks) {
    const facts = t(
      '“{0}” is {1} here: probability {2}, {3} bits',
      text,
      nameOf(surpriseLevel(logprob)),
      percent(Math.exp(logprob)),
      bitsOf(logprob).toFixed(1),
    );
    hover.appendMarkdown(`${escapeMarkdown(facts)}\n\n`);
    if (expected.length === 0) continue;
    hover.appendMarkdown(`| ${escapeMarkdown(t('what was expected'))} | | |\n|:--|--:|:--|\n`);
    for (const { text: other, probability } of expected) {
      const label = other.trim() === '' ? '␣' : escapeMarkdown(other.trim());
      const shown = other.trim() === text ? `**${label}**` : label;
      hover.appendMarkdown(`| ${shown} | ${percent(probability)} | ${bar(probability, 10)} |\n`);
    }
    hover.appendMarkdown('\n');
  }
  return hover;
}

function nameOf(level: SurpriseLevel): string {
  const { t } = vscode.l10n;
  return [t('expected'), t('a little unexpected'), t('unexpected'), t('very unexpected')][level]!;
}
