import * as vscode from 'vscode';
import type { Task } from '../core/families';
import { EngineError } from '../protocol/engine';
import { errorText } from '../views/localized';

/** Something the user can mend in the editor; shown as a warning, without the log. */
export class Hint extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Hint';
  }
}

/** True for what a user asked for, which needs no message. */
export function isCancellation(error: unknown): boolean {
  return (
    error instanceof vscode.CancellationError || (error instanceof EngineError && error.code === 'cancelled')
  );
}

/** True where nothing has failed, but the engine was ended for a new one: who works by itself just asks again. */
export function isRestart(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'restarted';
}

/** Shows `error` in the form that fits it, and writes what isn't a mere hint to the log. */
export async function showError(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  if (isCancellation(error)) return;
  if (error instanceof Hint || (error instanceof EngineError && error.code === 'input')) {
    log.info(error.message);
    await vscode.window.showWarningMessage(errorText(error));
    return;
  }
  // What the engine failed with is in the log already.
  if (!(error instanceof EngineError))
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (error instanceof EngineError && error.task) {
    await offerAnother(errorText(error), error.task);
    return;
  }
  const showLog = vscode.l10n.t('Show Log');
  if ((await vscode.window.showErrorMessage(errorText(error), showLog)) === showLog) log.show();
}

/** Says why the model can't do `task`, and takes the user to those that can: on this machine, or on the Hub. */
async function offerAnother(message: string, task: Task): Promise<void> {
  const choose = vscode.l10n.t('Choose a Model…');
  const add = vscode.l10n.t('Add Model…');
  const answer = await vscode.window.showErrorMessage(message, choose, add);
  if (answer === choose) await vscode.commands.executeCommand('headlight.chooseModel', { task });
  else if (answer === add) await vscode.commands.executeCommand('headlight.addModel', { task });
}
