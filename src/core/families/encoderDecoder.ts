import { say } from '../message';
import type { FamilyDescription } from './family';

/** Pretrained on gaps, with a token for one in the vocabulary: T5's sentinels, BART's mask. */
const pretrainedOnGaps = ['t5', 'mt5', 'umt5', 'longt5', 'bart', 'mbart'];

/** T5 (Raffel et al. 2020), BART (Lewis et al. 2020), Marian. */
export const encoderDecoder: FamilyDescription = {
  name: 'encoder-decoder',
  sees: 'reads-both-writes-left',
  tasks: ['rewrite', 'infill', 'predict', 'attention'],
  reads: say`is an encoder-decoder, which reads one text on both sides and writes another from left to right`,
  // T5's class had another name once, which its larger models' files still have.
  architectures: /ForConditionalGeneration$|MTModel$|^Marian|^T5WithLMHeadModel$/,
  types: [...pretrainedOnGaps, 'marian', 'pegasus', 'm2m_100', 'blenderbot', 'blenderbot-small'],
  differs: ({ model_type: type }) =>
    type === undefined || pretrainedOnGaps.includes(type)
      ? undefined
      : {
          tasks: ['rewrite', 'attention'],
          reads: say`is an encoder-decoder that was trained to rewrite whole texts, and its vocabulary has no token for a gap`,
        },
};
