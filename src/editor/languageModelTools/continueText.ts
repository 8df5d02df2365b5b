import * as vscode from 'vscode';
import type { GeneratedToken } from '../../protocol/engine';
import { modelFor } from '../settings';
import { rounded, type Tool } from './tool';

/** One or several continuations of a text. */
export const continueTextTool: Tool = {
  progress: () => vscode.l10n.t('Continuing the text'),
  run: async (input, { engine, root, signal }) => {
    const text = input.text('text', 'the text to continue');
    const maxNewTokens = input.integer('maxNewTokens', 40, 1, 500);
    const count = input.integer('count', 1, 1, 10);
    const model = modelFor('continue', root);
    if (count === 1) {
      const result = await engine.request(
        'continue',
        { model, text, options: { maxNewTokens, doSample: false } },
        { signal },
      );
      return answer(result.model, [result], result.truncated);
    }
    const result = await engine.request(
      'choices',
      // The model's own file may ask for a search, which several choices can't be.
      { model, text, count, options: { maxNewTokens, doSample: true, numBeams: 1 } },
      { signal },
    );
    return answer(result.model, result.choices, result.truncated);
  },
};

interface Continuation {
  readonly text: string;
  readonly tokens: readonly GeneratedToken[];
  readonly finish: string;
}

function answer(model: string, continuations: readonly Continuation[], truncated: boolean): unknown {
  return {
    model,
    continuations: continuations.map(({ text, tokens, finish }) => ({
      text,
      tokens: tokens.length,
      logProbability: rounded(tokens.reduce((sum, { logprob }) => sum + logprob, 0)),
      finish,
    })),
    ...(truncated && { note: "The text is longer than the model's window; only its end was read." }),
  };
}
