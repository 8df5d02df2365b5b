import * as vscode from 'vscode';
import { replaced } from '../../core/text/replace';
import { modelFor } from '../settings';
import { rounded, type Tool } from './tool';

/** Ranks what belongs at each mask of a text, and whole fillings. */
export const fillMaskTool: Tool = {
  progress: () => vscode.l10n.t('Filling masks'),
  run: async (input, { engine, root, signal }) => {
    const text = input.text('text', 'the text, with [MASK] where a word is to be found');
    const top = input.integer('top', 10, 1, 50);
    const maxTokens = input.integer('maxTokensPerMask', 1, 1, 5);
    const result = await engine.request(
      'fill',
      { model: modelFor('fill', root), text, top, wordsOnly: true, fillings: top, maxTokens },
      { signal },
    );
    return {
      model: result.model,
      masks: result.masks.map(({ start, end, candidates }) => ({
        start,
        end,
        candidates: candidates.map(({ text: word, probability }) => ({
          text: word,
          probability: rounded(probability),
        })),
      })),
      fillings: result.fillings?.map(({ masks, logprob }) => ({
        words: masks.map(({ text: word }) => word),
        text: replaced(
          text,
          result.masks.map(({ start, end }, index) => ({ start, end, text: masks[index]?.text ?? '' })),
        ),
        probability: rounded(Math.exp(logprob)),
      })),
      ...(result.truncated && {
        note: "The text is longer than the model's window; only what stands around the masks was read.",
      }),
    };
  },
};
