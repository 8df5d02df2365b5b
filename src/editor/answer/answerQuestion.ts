import * as vscode from 'vscode';
import { trimmed } from '../../core/text/paragraph';
import type { Span } from '../../core/text/span';
import { FollowedRegion } from '../../views/followedRegion';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { modelForTask } from '../models/taskModel';
import { withProgress } from '../progress';
import { activeEditor, rangeOf } from '../target';
import { pickAnswer } from './pickAnswer';

const ANSWERS = 8;
/** The last question, kept for each workspace. */
const LAST_QUESTION = 'lastQuestion';

/**
 * **Answer a Question**: finds where the selection, or the whole text, answers a question, and selects it. The other
 * answers are chosen from in a list.
 */
export async function answerQuestion(headlight: Headlight): Promise<void> {
  const editor = activeEditor();
  const { document } = editor;
  const region = textToRead(editor);
  const model = await modelForTask(headlight, 'answer');
  if (model === undefined) return;
  const question = await askQuestion(headlight, !editor.selection.isEmpty);
  if (question === undefined) return;
  const text = document.getText(rangeOf(document, region));
  const followed = new FollowedRegion(document, region);
  try {
    const result = await withProgress(
      headlight.engine,
      vscode.l10n.t('Headlight: looking for the answer'),
      (signal, report) =>
        headlight.engine.request(
          'answer',
          { model, question, text, top: ANSWERS },
          {
            priority: 'interactive',
            signal,
            onPartial: ({ done, total }) => {
              if (total > 1) report(vscode.l10n.t('{0} of {1} parts of the text', done, total));
            },
          },
        ),
    );
    const { loadMs, runMs } = result.timing;
    headlight.log.info(
      `answer: ${result.answers.length} answers, load ${loadMs.toFixed(0)} ms, run ${runMs.toFixed(0)} ms`,
    );
    await pickAnswer(editor, followed, question, text, result);
  } finally {
    followed.dispose();
  }
}

function textToRead({ document, selection }: vscode.TextEditor): Span {
  const text = document.getText();
  const region = trimmed(
    text,
    selection.isEmpty
      ? { start: 0, end: text.length }
      : { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) },
  );
  if (region.start < region.end) return region;
  throw new Hint(vscode.l10n.t('There is no text here that could answer a question.'));
}

/** The question that the user types; the last one is there, selected, to be asked again or typed over. */
async function askQuestion({ memory }: Headlight, ofSelection: boolean): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const typed = await vscode.window.showInputBox({
    title: ofSelection ? t('Ask about the selection') : t('Ask about the whole text'),
    prompt: t('The answer is a part of the text that says it in its own words.'),
    placeHolder: t('Who opened the door?'),
    value: memory.get<string>(LAST_QUESTION, ''),
    validateInput: (value) => (value.trim() === '' ? t('Type a question.') : undefined),
  });
  const question = typed?.trim();
  if (question) await memory.update(LAST_QUESTION, question);
  return question || undefined;
}
