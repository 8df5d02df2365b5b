import { say } from '../message';
import type { FamilyDescription } from './family';

/** BERT's pretraining (Devlin et al. 2019) and ALBERT's (Lan et al. 2020) train a head for sentence pairs too. */
const pretrainedOnPairs = /^(Bert|Albert|MegatronBert|MobileBert)ForPreTraining$/;

/** BERT, DistilBERT, RoBERTa, ALBERT, ELECTRA's generator, and BigBird exported with full attention. */
export const masked: FamilyDescription = {
  name: 'masked',
  sees: 'both',
  tasks: ['fill', 'score', 'predict', 'attention'],
  tasksByHead: ['nextSentence'],
  reads: say`is a masked model, which sees both sides and predicts what a mask hides`,
  // ELECTRA's discriminator is pretrained too, but it predicts no words.
  architectures: /ForMaskedLM$|^(?!Electra).*ForPreTraining$/,
  types: [],
  differs: ({ architectures }) =>
    architectures?.some((name) => pretrainedOnPairs.test(name))
      ? { tasks: ['fill', 'score', 'predict', 'nextSentence', 'attention'] }
      : undefined,
};
