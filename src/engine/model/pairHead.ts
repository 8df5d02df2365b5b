/** The head of an encoder that judges pairs of passages, found by what the graph gives. */
import type { Family, Task } from '../../core/families';

export interface PairHead {
  /** The graph's output, [batch, 2]; index 0 is "the second follows the first". */
  readonly output: string;
  /** What it was trained to tell: BERT's next-sentence prediction or ALBERT's sentence order. */
  readonly tells: 'next-sentence' | 'sentence-order';
}

const heads: readonly PairHead[] = [
  { output: 'seq_relationship_logits', tells: 'next-sentence' },
  { output: 'sop_logits', tells: 'sentence-order' },
];

/** @param outputs names of the graph's outputs */
export function pairHead(family: Family, outputs: readonly string[]): PairHead | undefined {
  if (family.name === 'next-sentence') return { output: 'logits', tells: 'next-sentence' };
  return heads.find(({ output }) => outputs.includes(output));
}

/** The tasks of a model by its family and by the heads that its graph has. */
export function tasksOfGraph(family: Family, outputs: readonly string[]): Task[] {
  const others = family.tasks.filter((task) => task !== 'nextSentence');
  return pairHead(family, outputs) ? [...others, 'nextSentence'] : others;
}
