import { say } from '../message';
import type { FamilyDescription } from './family';

/**
 * GPT-2 (Radford et al. 2019), GPT-Neo, OPT, and the kind with rotary positions and grouped queries: Llama, Qwen2,
 * SmolLM.
 */
export const causal: FamilyDescription = {
  name: 'causal',
  sees: 'left',
  tasks: ['continue', 'score', 'predict', 'attention'],
  reads: say`is a causal model, which sees only the text to the left and predicts the next token`,
  architectures: /ForCausalLM$|LMHeadModel$/,
  types: ['gpt2', 'gpt_neo', 'opt', 'llama', 'qwen2', 'qwen3', 'mistral', 'gemma'],
};
