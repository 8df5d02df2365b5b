import { say } from '../message';
import type { FamilyDescription } from './family';

/** An encoder with a head for the first and last token of an answer (Devlin et al. 2019, on SQuAD). */
export const questionAnswering: FamilyDescription = {
  name: 'question-answering',
  sees: 'both',
  tasks: ['answer', 'attention'],
  reads: say`is a question-answering model, which sees a question and a text and finds where the answer stands`,
  architectures: /ForQuestionAnswering$/,
  types: [],
};
