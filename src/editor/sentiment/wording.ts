import * as vscode from 'vscode';
import { ranking, type Verdict } from '../../core/sentiment/verdict';
import { percent } from '../../core/text/figures';

/** `POSITIVE 93%, NEGATIVE 6.8%` */
export function listOf(verdict: Verdict): string {
  return ranking(verdict)
    .map(([label, probability]) => `${label} ${percent(probability)}`)
    .join(', ');
}

export function sentenceCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 sentence') : vscode.l10n.t('{0} sentences', count);
}
