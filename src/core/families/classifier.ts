import { say } from '../message';
import type { FamilyDescription } from './family';

/** An encoder with a trained head that gives a whole text one of its labels. */
export const classifier: FamilyDescription = {
  name: 'classifier',
  sees: 'both',
  tasks: ['sentiment', 'attention'],
  reads: say`is a classifier, which sees the whole text and gives it one of its labels`,
  architectures: /ForSequenceClassification$/,
  types: [],
};
