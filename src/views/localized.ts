import * as vscode from 'vscode';
import { taskNames, type Task } from '../core/families';
import { listed, saidOf, worded, type MessageValue } from '../core/message';

/** A message in the user's language. */
export function localized(message: MessageValue): string {
  return worded(message, vscode.l10n.t);
}

/** What an error says, in the user's language. */
export function errorText(error: unknown): string {
  return localized(saidOf(error));
}

/** Tasks as they read in a sentence, one after the other. */
export function tasksText(tasks: readonly Task[]): string {
  return localized(listed(tasks.map((task) => taskNames[task])));
}
