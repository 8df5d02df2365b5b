import * as vscode from 'vscode';
import { ranking, type Verdict } from '../../core/sentiment/verdict';
import { percent } from '../../core/text/figures';
import { toneOf, toneSigns } from '../../core/text/tone';

/** `▲ 93%`; a label that is neither positive nor negative is named. */
export function signOf({ label, scores }: Verdict): string {
  const tone = toneOf(label);
  const name = tone === 'neutral' ? ` ${label}` : '';
  return `${toneSigns[tone]}${name} ${percent(scores[label] ?? 0)}`;
}

/** `▲ POSITIVE 93%` */
export function fullSignOf({ label, scores }: Verdict): string {
  return `${toneSigns[toneOf(label)]} ${label} ${percent(scores[label] ?? 0)}`;
}

/** `POSITIVE 93%, NEGATIVE 6.8%` */
export function listOf(verdict: Verdict): string {
  return ranking(verdict)
    .map(([label, probability]) => `${label} ${percent(probability)}`)
    .join(', ');
}

export function sentenceCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 sentence') : vscode.l10n.t('{0} sentences', count);
}
