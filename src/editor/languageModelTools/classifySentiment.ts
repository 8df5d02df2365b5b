import * as vscode from 'vscode';
import type { Verdict } from '../../protocol/engine';
import { modelFor } from '../settings';
import { rounded, type Tool } from './tool';

/** Judges a text as a whole and sentence by sentence. */
export const classifySentimentTool: Tool = {
  progress: () => vscode.l10n.t('Judging the sentiment'),
  run: async (input, { engine, root, signal }) => {
    const text = input.text('text', 'the text to judge');
    const most = input.integer('maxSentences', 50, 0, 1000);
    const result = await engine.request(
      'sentiment',
      { model: modelFor('sentiment', root), text },
      { priority: 'background', signal },
    );
    const sentences = result.sentences.slice(0, most);
    const notes: string[] = [];
    if (sentences.some(({ isCut }) => isCut))
      notes.push("A sentence with isCut is longer than the model's window; it was judged by its beginning.");
    const left = result.sentences[most];
    if (left)
      notes.push(
        `Only the first ${most} of ${result.sentences.length} sentences are listed. For others, call the tool with the ` +
          `text from offset ${left.start} on, or with a greater maxSentences.`,
      );
    return {
      model: result.model,
      ...verdict(result),
      sentences: sentences.map((sentence) => ({
        text: text.slice(sentence.start, sentence.end),
        start: sentence.start,
        end: sentence.end,
        ...verdict(sentence),
        ...(sentence.isCut && { isCut: true }),
      })),
      ...(notes.length > 0 && { note: notes.join(' ') }),
    };
  },
};

function verdict({ label, scores }: Verdict): { label: string; scores: Record<string, number> } {
  const entries = Object.entries(scores).map(([name, score]) => [name, rounded(score)]);
  return { label, scores: Object.fromEntries(entries) as Record<string, number> };
}
