import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import { growingIds } from '../model/growingText';
import type { OpenCausal } from '../model/modelStore';

/** The prompt's ids, at least one, cut on the left to leave room for new tokens in the window. */
export function readPrompt(
  { tokenizer, folder }: OpenCausal,
  text: string,
  newTokens: number,
): { ids: number[]; truncated: boolean } {
  const ids = growingIds(tokenizer, text);
  if (ids.length === 0) {
    // Nothing to the left: the model writes what it would at the beginning of a text.
    const start = tokenizer.special.bos ?? tokenizer.special.eos;
    if (start) return { ids: [start.id], truncated: false };
    throw new EngineError(
      'input',
      say`There is no text to continue. Select some, or write the beginning first.`,
    );
  }
  // At least half of the window is for the prompt, however many tokens are asked for.
  const room = Math.max(folder.window - newTokens + 1, Math.ceil(folder.window / 2));
  return { ids: ids.slice(-room), truncated: ids.length > room };
}
