/** The mood of a classifier's label, for its colour: labels themselves are shown as the model has them. */
export type Tone = 'positive' | 'negative' | 'neutral';

/**
 * Read from the label's name; what stands in brackets behind it explains it. Of five stars the middle is three. A label
 * that says neither (a topic, `LABEL_1`) is neutral, as guessing from its index would be wrong for half of all models.
 */
export function toneOf(label: string): Tone {
  const name = label.replace(/\s*[([][^()[\]]*[)\]]\s*$/, '').trim();
  if (/^(very[ _-]?)?(pos(itive)?|good|glad|happy|joy)$/i.test(name)) return 'positive';
  if (/^(very[ _-]?)?(neg(ative)?|bad|sad(ness)?|anger)$/i.test(name)) return 'negative';
  const stars = Number(/^([1-5])[ _-]?stars?$/i.exec(name)?.[1] ?? 3);
  if (stars === 3) return 'neutral';
  return stars > 3 ? 'positive' : 'negative';
}

/** A sign for those who don't see the colours. */
export const toneSigns: Record<Tone, string> = { positive: '▲', negative: '▼', neutral: '◆' };
