import * as vscode from 'vscode';
import { taskNames, whatCan } from '../../core/families';
import { hasDefaultModel } from '../../models/defaults';
import { localized } from '../../views/localized';
import type { Headlight } from '../context';
import { modelFor, chosenModel, type TaskWithModel } from '../settings';
import { choose, itemsFor } from './chooseModel';

/**
 * The model for `task`: the one that the settings name, the embedded one, or else one of those on this machine that
 * can do it. Where there are several, the user says which, once; where there is none, one is offered.
 * @returns what the engine opens; undefined when none was chosen
 */
export async function modelForTask(headlight: Headlight, task: TaskWithModel): Promise<string | undefined> {
  if (hasDefaultModel(task)) return modelFor(task, headlight.root);
  const chosen = chosenModel(task, headlight.root);
  if (chosen !== undefined) return chosen;
  const items = await itemsFor(headlight, task);
  if (items.length === 1) return items[0]!.opened;
  if (items.length === 0) {
    // Not awaited: the message may stay for as long as it is read.
    void offerModel(task);
    return undefined;
  }
  const title = vscode.l10n.t('Several models can {0}: which one, from now on?', localized(taskNames[task]));
  const picked = await vscode.window.showQuickPick(items, { title });
  if (picked) await choose(headlight, task, picked.value);
  return picked?.opened;
}

/** Says that no model on this machine can do `task`, which ones could, and takes the user to them. */
async function offerModel(task: TaskWithModel): Promise<void> {
  const add = vscode.l10n.t('Add Model…');
  const message =
    vscode.l10n.t('No model on this machine can {0}.', localized(taskNames[task])) +
    ' ' +
    localized(whatCan(task));
  if ((await vscode.window.showWarningMessage(message, add)) === add)
    await vscode.commands.executeCommand('headlight.addModel', { task });
}
