import { say } from '../message';
import type { FamilyDescription } from './family';

/** What is left when no head is known: an encoder that gives vectors, or ELECTRA's discriminator. */
export const encoder: FamilyDescription = {
  name: 'encoder',
  sees: 'both',
  tasks: ['attention'],
  reads: say`is a bare encoder, which sees both sides but has no head that predicts words or labels`,
  architectures: /^ElectraForPreTraining$/,
  types: [],
};
