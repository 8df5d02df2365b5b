/** The mood of a classifier's label, for its colour: labels themselves are shown as the model has them. */
export type Tone = 'positive' | 'negative' | 'neutral';

/**
 * Read from the label's name. A label that says neither (a topic, a number of stars, `LABEL_1`) is neutral, as
 * guessing from its index would be wrong for half of all models.
 */
export function toneOf(label: string): Tone {
  if (/^(very[ _-]?)?(pos(itive)?|good|glad|happy|joy)$/i.test(label.trim())) return 'positive';
  if (/^(very[ _-]?)?(neg(ative)?|bad|sad(ness)?|anger)$/i.test(label.trim())) return 'negative';
  return 'neutral';
}

/** A sign for those who don't see the colours. */
export const toneSigns: Record<Tone, string> = { positive: '▲', negative: '▼', neutral: '◆' };
