import * as vscode from 'vscode';
import { trimmed } from '../../core/text/paragraph';
import type { Span } from '../../core/text/span';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { withProgress } from '../progress';
import { proseIn } from '../prose';
import { modelFor } from '../settings';
import { activeEditor, selectionOrParagraph } from '../target';
import { tickOff } from '../walkthrough';
import { judge } from './judge';
import { listOf, sentenceCount } from './wording';

/** **Analyze Sentiment**: judges the selection or paragraph as a whole and marks each of its sentences. */
export async function analyzeSentiment(headlight: Headlight): Promise<void> {
  const { document, span } = selectionOrParagraph(vscode.l10n.t('analyze its sentiment'));
  await analyze(headlight, document, span);
}

/** **Analyze Sentiment of the Document**: the same for all of the active document. */
export async function analyzeDocumentSentiment(headlight: Headlight): Promise<void> {
  const { document } = activeEditor();
  const text = proseIn(document);
  const span = trimmed(text, { start: 0, end: text.length });
  if (span.start === span.end) throw new Hint(vscode.l10n.t('The document has no text to judge.'));
  await analyze(headlight, document, span);
}

async function analyze(headlight: Headlight, document: vscode.TextDocument, part: Span): Promise<void> {
  const { marks, verdicts, log, root, engine, languageHints } = headlight;
  const model = modelFor('sentiment', root);
  const { judged, timing } = await withProgress(
    engine,
    vscode.l10n.t('Headlight: judging the sentiment'),
    (signal, report) =>
      judge(
        { marks, verdicts },
        {
          document,
          model,
          part,
          // Several runs: what is asked for meanwhile goes in between.
          priority: 'background',
          signal,
          report: (done, total) => report(vscode.l10n.t('{0} of {1} sentences', done, total)),
        },
      ),
  );
  const load = timing ? `load ${timing.loadMs.toFixed(0)} ms, run ${timing.runMs.toFixed(0)} ms` : 'known';
  log.info(`sentiment: ${judged.size} sentences, ${load}`);
  void languageHints.read('sentiment', proseIn(document).slice(part.start, part.end));
  const verdict = judged.verdict();
  if (!verdict)
    throw new Hint(vscode.l10n.t('The text was changed meanwhile, so its sentences are not marked.'));
  tickOff('look');
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Sentiment: {0} ({1})', listOf(verdict), sentenceCount(judged.size)),
  );
}

/** Takes the marks of the active document away. */
export function clearSentiment({ marks }: Headlight): void {
  const document = vscode.window.activeTextEditor?.document;
  if (document) marks.clear(document);
}
