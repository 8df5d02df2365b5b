import { percent } from '../text/figures';
import { toneOf, toneSigns } from '../text/tone';
import type { Verdict } from './verdict';

/**
 * `▲ 93%` where that says it all: the tone's sign stands for a single label. With labels that share a tone, as `anger`
 * and `sadness` do, and for a label that is neither positive nor negative, the label is named.
 */
export function signOf(verdict: Verdict): string {
  const tones = Object.keys(verdict.scores).map(toneOf);
  const isClear = new Set(tones).size === tones.length && toneOf(verdict.label) !== 'neutral';
  return isClear ? `${toneSigns[toneOf(verdict.label)]} ${probabilityOf(verdict)}` : fullSignOf(verdict);
}

/** `▲ POSITIVE 93%` */
export function fullSignOf(verdict: Verdict): string {
  return `${toneSigns[toneOf(verdict.label)]} ${verdict.label} ${probabilityOf(verdict)}`;
}

function probabilityOf({ label, scores }: Verdict): string {
  return percent(scores[label] ?? 0);
}
