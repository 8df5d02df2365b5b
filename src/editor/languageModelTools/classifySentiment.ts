import * as vscode from 'vscode';
import type { Verdict } from '../../protocol/engine';
import { modelFor } from '../settings';
import { rounded, type Tool } from './tool';

/** Judges a text as a whole and sentence by sentence. */
export const classifySentimentTool: Tool = {
  progress: () => vscode.l10n.t('Judging the sentiment'),
  run: async (input, { engine, root, signal }) => {
    const text = input.text('text', 'the text to judge');
    const result = await engine.request(
      'sentiment',
      { model: modelFor('sentiment', root), text },
      { priority: 'background', signal },
    );
    return {
      model: result.model,
      ...verdict(result),
      sentences: result.sentences.map((sentence) => ({
        text: text.slice(sentence.start, sentence.end),
        start: sentence.start,
        end: sentence.end,
        ...verdict(sentence),
        ...(sentence.isCut && { isCut: true }),
      })),
      ...(result.sentences.some(({ isCut }) => isCut) && {
        note: "A sentence with isCut is longer than the model's window; it was judged by its beginning.",
      }),
    };
  },
};

function verdict({ label, scores }: Verdict): { label: string; scores: Record<string, number> } {
  const entries = Object.entries(scores).map(([name, score]) => [name, rounded(score)]);
  return { label, scores: Object.fromEntries(entries) as Record<string, number> };
}
