import * as vscode from 'vscode';

/** A step of the walkthrough, by its id in `package.json`. */
export type Step = 'write' | 'look' | 'see';

/**
 * Ticks a step of the walkthrough off, as what it teaches was done. `package.json` has it wait for the context key, not
 * for a command: one that found no text, or no model, has taught nothing.
 */
export function tickOff(step: Step): void {
  void vscode.commands.executeCommand('setContext', `headlight.learned.${step}`, true);
}
