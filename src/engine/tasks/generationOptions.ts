import { resolveGeneration, type Generation } from '../../core/decoding/options';
import { EngineError, type GenerationParameters } from '../../protocol/engine';
import type { OpenCausal } from '../model/modelStore';

/** The options of a generation, completed from the model's files. */
export function generationOptions(model: OpenCausal, params: { options?: GenerationParameters }): Generation {
  try {
    const { folder, tokenizer } = model;
    return resolveGeneration(folder.generationConfig, folder.config, params.options, tokenizer.endIds);
  } catch (error) {
    if (error instanceof RangeError) throw new EngineError('option', error.message);
    throw error;
  }
}
