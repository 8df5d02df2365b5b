import * as vscode from 'vscode';
import { askedPlace } from '../core/comparison/place';
import { reasonsFor, type Guess } from '../core/comparison/reasons';
import { seenPieces, sidesOf } from '../core/comparison/sight';
import { english, saidOf } from '../core/message';
import type { FoundModel } from '../models/places';
import { megabytes } from '../models/add';
import type { ComparisonRow, Question } from '../protocol/compareView';
import { EngineError, type PredictResult } from '../protocol/engine';
import { familyWords, sidesWords, whyWords } from '../views/compareWords';
import { errorText } from '../views/localized';
import type { Headlight } from './context';
import { Hint, isCancellation } from './errors';
import { withProgress } from './progress';
import { activeEditor } from './target';

const PREDICTIONS = 5;

/**
 * **Compare Models**: asks every model that is embedded, added or chosen what stands at one place of the text, one
 * after the other, and shows beside each answer what the model saw.
 */
export async function compareModels(headlight: Headlight, target?: Question | vscode.Uri): Promise<void> {
  // A context menu gives the document that it was opened on.
  const question = target && 'place' in target ? target : questionAtCursor();
  const models = await comparedModels(headlight);
  const panel = headlight.comparisons.open();
  await withProgress(
    headlight.engine,
    vscode.l10n.t('Headlight: comparing models'),
    async (signal, report) => {
      const controller = new AbortController();
      const stop = (): void => controller.abort();
      signal.addEventListener('abort', stop);
      const stopping = panel.onStop(stop);
      const rows = models.map(({ id, family }) => waiting(id, familyWords(family)));
      const guesses: Guess[] = [];
      const show = (running: boolean): void => {
        const why = whyWords(reasonsFor(guesses, question.text.slice(question.place.end)));
        panel.show({ question, rows: [...rows], why, running });
      };
      try {
        for (const [index, model] of models.entries()) {
          rows[index] = { ...rows[index]!, state: controller.signal.aborted ? 'stopped' : 'running' };
          if (controller.signal.aborted) continue;
          show(true);
          report(vscode.l10n.t('{0} ({1} of {2})', model.id, index + 1, models.length));
          const answer = await ask(headlight, model, question, controller.signal);
          rows[index] = { ...rows[index], ...answer.row };
          if (answer.guess) guesses.push(answer.guess);
        }
      } finally {
        signal.removeEventListener('abort', stop);
        stopping.dispose();
        show(false);
      }
    },
  );
}

/** **Copy Comparison as Markdown** */
export async function copyComparison({ comparisons }: Headlight): Promise<void> {
  const markdown = comparisons.panel?.markdown() ?? '';
  if (markdown === '')
    throw new Hint(vscode.l10n.t('There is no comparison to copy. Run Compare Models first.'));
  await vscode.env.clipboard.writeText(markdown);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Headlight: the comparison was copied as Markdown'), 4000);
}

function questionAtCursor(): Question {
  const { document, selection } = activeEditor();
  const start = document.offsetAt(selection.start);
  const found = askedPlace(document.getText(), { start, end: document.offsetAt(selection.end) });
  if (found) return { text: found.text, place: found.place };
  throw new Hint(
    vscode.l10n.t(
      'There is no text here. Put the cursor into a paragraph, or on a [MASK], to compare models there.',
    ),
  );
}

/** Those that see the same side stand together. */
async function comparedModels({ models }: Headlight): Promise<FoundModel[]> {
  const found = (await models.inventory()).models.filter(({ place }) => place !== 'cache');
  const order = ['causal', 'masked', 'encoder-decoder'];
  const rank = ({ family }: FoundModel): number =>
    (order.indexOf(family.name) + order.length + 1) % (order.length + 1);
  return found.sort((a, b) => rank(a) - rank(b));
}

function waiting(model: string, family: string): ComparisonRow {
  const nothing = { sides: '', problem: '', time: '', memory: '' };
  return { model, family, state: 'waiting', pieces: [], predictions: [], ...nothing };
}

interface Answer {
  readonly row: Partial<ComparisonRow>;
  readonly guess?: Guess;
}

async function ask(
  { engine, log }: Headlight,
  model: FoundModel,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const params = {
      model: model.folder,
      text: question.text,
      position: question.place.start,
      end: question.place.end,
      top: PREDICTIONS,
    };
    const result = await engine.request('predict', params, { priority: 'interactive', signal });
    const { loadMs, runMs } = result.timing;
    log.info(`compare: ${model.id}, load ${loadMs.toFixed(0)} ms, run ${runMs.toFixed(0)} ms`);
    const best = result.predictions[0]?.text;
    return { row: rowOf(result, question), guess: { model: model.id, sees: model.family.sees, best } };
  } catch (error) {
    // One model that can't is a row of the table, and no reason not to ask the others.
    if (isCancellation(error)) return { row: { state: 'stopped' } };
    log.info(`compare: ${model.id}: ${english(saidOf(error))}`);
    const isUnable = error instanceof EngineError && error.code === 'unsupported';
    return { row: { state: isUnable ? 'unable' : 'failed', problem: errorText(error) } };
  }
}

function rowOf(
  { tokens, hidden, predictions, timing, memoryBytes }: PredictResult,
  { text }: Question,
): Partial<ComparisonRow> {
  const { t } = vscode.l10n;
  const run = t('{0} ms', timing.runMs.toFixed(timing.runMs < 10 ? 1 : 0));
  return {
    state: 'done',
    pieces: seenPieces(text, tokens, hidden),
    sides: sidesWords(sidesOf(tokens, hidden)),
    predictions,
    time: timing.loadMs > 0 ? t('{0}, opened in {1} ms', run, timing.loadMs.toFixed(0)) : run,
    memory: megabytes(memoryBytes),
  };
}
