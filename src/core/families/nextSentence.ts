import { say } from '../message';
import type { FamilyDescription } from './family';

/** An encoder with BERT's head for sentence pairs alone (Devlin et al. 2019). */
export const nextSentence: FamilyDescription = {
  name: 'next-sentence',
  sees: 'both',
  tasks: ['nextSentence', 'attention'],
  reads: say`is a next-sentence model, which sees two passages and judges whether the second follows the first`,
  architectures: /ForNextSentencePrediction$/,
  types: [],
};
