import * as vscode from 'vscode';
import { perplexity } from '../../core/text/surprise';
import { modelFor } from '../settings';
import { rounded, type Tool } from './tool';

/** Tokens that a masked model reads at once: see Show Surprise. */
const around = 128;

/** How probable a text is to a model, and which of its tokens are the least expected. */
export const scoreTextTool: Tool = {
  progress: () => vscode.l10n.t('Scoring the text'),
  run: async (input, { engine, root, signal }) => {
    const text = input.text('text', 'the text to score');
    const model = input.oneOf('model', ['causal', 'masked']);
    const count = input.integer('mostSurprising', 10, 0, 100);
    const result = await engine.request(
      'score',
      { model: modelFor(model === 'causal' ? 'continue' : 'fill', root), text, top: 3, window: around },
      { priority: 'background', signal },
    );
    const average = perplexity(result.tokens.map(({ logprob }) => logprob));
    const surprising = result.tokens
      .filter(({ logprob }) => logprob !== null)
      .sort((a, b) => a.logprob! - b.logprob!)
      .slice(0, count);
    return {
      model: result.model,
      tokens: result.tokens.length,
      sumOfLogProbabilities: rounded(result.sum),
      ...(average !== undefined && { perplexity: rounded(average) }),
      mostSurprising: surprising.map(({ start, end, logprob, expected = [] }) => ({
        text: text.slice(start, end),
        start,
        end,
        probability: rounded(Math.exp(logprob!)),
        expected: expected.map((candidate) => ({
          text: candidate.text,
          probability: rounded(candidate.probability),
        })),
      })),
    };
  },
};
