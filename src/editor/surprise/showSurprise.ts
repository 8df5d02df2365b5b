import * as vscode from 'vscode';
import { FollowedRegion } from '../../views/followedRegion';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { withProgressOn } from '../progress';
import { modelFor, surpriseTask } from '../settings';
import { selectionOrParagraph } from '../target';
import { tickOff } from '../walkthrough';

/** How many of the expected tokens are shown on hover. */
const expected = 5;

/**
 * Tokens that a masked model reads at once: every token is a run of its own, and with a whole window around it a long
 * text would take several times as long, for words that hardly bear on it.
 */
const around = 128;

/** **Show Surprise**: colours each token of the selection or paragraph by how unexpected it is to a model. */
export async function showSurprise({ engine, log, surprise, root, languageHints }: Headlight): Promise<void> {
  const { document, span, text } = selectionOrParagraph(vscode.l10n.t('see what is unexpected in it'));
  const region = new FollowedRegion(document, span);
  try {
    const result = await withProgressOn(
      engine,
      vscode.l10n.t('Headlight: looking for surprises'),
      { region, changed: changedMeanwhile },
      (signal, report) =>
        engine.request(
          'score',
          { model: modelFor(surpriseTask(), root), text, top: expected, window: around },
          {
            // Many runs: what is asked for meanwhile goes in between.
            priority: 'background',
            signal,
            onPartial: ({ done, total }) => report(vscode.l10n.t('{0} of {1} tokens', done, total)),
          },
        ),
    );
    const { loadMs, runMs } = result.timing;
    log.info(
      `score: ${result.tokens.length} tokens, load ${loadMs.toFixed(0)} ms, run ${runMs.toFixed(0)} ms`,
    );
    surprise.show(document, result, region.span!);
    tickOff('look');
    void languageHints.read(surpriseTask(), text);
  } finally {
    region.dispose();
  }
}

function changedMeanwhile(): Hint {
  return new Hint(vscode.l10n.t('The text was changed meanwhile, so its tokens are not marked.'));
}

/** Takes the marks of the active document away. */
export function clearSurprise({ surprise }: Headlight): void {
  const document = vscode.window.activeTextEditor?.document;
  if (document) surprise.clear(document);
}
