import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import type { OpenEncoder } from '../model/modelStore';

/** The mask token of a masked model. Throws when its folder names none. */
export function maskOf(model: OpenEncoder): { id: number; text: string } {
  const { mask } = model.tokenizer.special;
  if (mask) return mask;
  throw new EngineError(
    'model',
    say`"${model.folder.name}" names no mask token in tokenizer_config.json, special_tokens_map.json or its added
      tokens. Add "mask_token" to its tokenizer_config.json.`,
  );
}

/** For a tokenizer that cuts its own mask token in pieces, so that the model would see no mask. */
export function maskInPieces({ folder }: OpenEncoder, mask: string): EngineError {
  return new EngineError(
    'model',
    say`The tokenizer of "${folder.name}" doesn't read its own mask ${mask} as one token.
      Fetch its tokenizer.json and tokenizer_config.json again.`,
  );
}
