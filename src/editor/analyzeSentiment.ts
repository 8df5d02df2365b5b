import * as vscode from 'vscode';
import { FollowedRegion } from '../views/followedRegion';
import type { Headlight } from './context';
import { Hint } from './errors';
import { withProgress } from './progress';
import { listOf } from './sentimentMarks';
import { modelFor } from './settings';
import { selectionOrParagraph } from './target';

/** **Analyze Sentiment**: judges the selection or paragraph as a whole and marks each of its sentences. */
export async function analyzeSentiment({ engine, log, marks, root }: Headlight): Promise<void> {
  const { document, span, text } = selectionOrParagraph(vscode.l10n.t('analyze its sentiment'));
  const region = new FollowedRegion(document, span);
  try {
    const result = await withProgress(
      engine,
      vscode.l10n.t('Headlight: judging the sentiment'),
      (signal, report) =>
        engine.request(
          'sentiment',
          { model: modelFor('sentiment', root), text },
          {
            // One run a sentence: what is asked for meanwhile goes in between.
            priority: 'background',
            signal,
            onPartial: ({ done, total }) => report(vscode.l10n.t('{0} of {1} sentences', done, total)),
          },
        ),
    );
    const { loadMs, runMs } = result.timing;
    log.info(
      `sentiment: ${result.sentences.length} sentences, load ${loadMs.toFixed(0)} ms, run ${runMs.toFixed(0)} ms`,
    );
    if (!region.span)
      throw new Hint(vscode.l10n.t('The text was changed meanwhile, so its sentences are not marked.'));
    marks.show(document, result, region.span);
    const sentences =
      result.sentences.length === 1
        ? vscode.l10n.t('1 sentence')
        : vscode.l10n.t('{0} sentences', result.sentences.length);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Sentiment: {0} ({1})', listOf(result), sentences),
    );
  } finally {
    region.dispose();
  }
}

/** Takes the marks of the active document away. */
export function clearSentiment({ marks }: Headlight): void {
  const document = vscode.window.activeTextEditor?.document;
  if (document) marks.clear(document);
}
