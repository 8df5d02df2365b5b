import type { Span } from '../text/span';

/** What a classifier says of a text. */
export interface Verdict {
  /** The most probable label. */
  label: string;
  /** Probability of each label, by its name in `id2label`. */
  scores: Record<string, number>;
  /** True when the text was longer than the model's window and only its beginning was read. */
  isCut?: true;
}

/** A verdict's labels and probabilities, most probable first. */
export function ranking(verdict: Verdict): [label: string, probability: number][] {
  return Object.entries(verdict.scores).sort(([, a], [, b]) => b - a);
}

/** The label with the highest score. */
export function mostProbable(scores: Readonly<Record<string, number>>): string {
  return Object.entries(scores).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/**
 * The verdict on a text that is too long to be judged at once: the mean of its sentences' scores, each weighted by
 * its length. `undefined` without a sentence.
 */
export function meanVerdict(sentences: readonly (Span & Verdict)[]): Verdict | undefined {
  const scores: Record<string, number> = {};
  const total = sentences.reduce((sum, { start, end }) => sum + (end - start), 0);
  if (total === 0) return undefined;
  for (const sentence of sentences)
    for (const [label, score] of Object.entries(sentence.scores))
      scores[label] = (scores[label] ?? 0) + (score * (sentence.end - sentence.start)) / total;
  return { label: mostProbable(scores), scores };
}
