import * as vscode from 'vscode';
import type { Headlight } from './context';

/** **Restart Engine**: ends the process; the next command starts a new one. */
export async function restartEngine({ engine, log }: Headlight): Promise<void> {
  await engine.restart();
  log.info('engine restarted');
  vscode.window.setStatusBarMessage(vscode.l10n.t('Headlight: the engine was restarted'), 4000);
}

/** **Unload Models**: gives the models' memory back; the next command opens what it needs. */
export async function unloadModels({ engine, log }: Headlight): Promise<void> {
  // An engine that doesn't run holds no model, and need not be started to say so.
  // After everything else, as a job that has given way goes on with its model.
  const { closed } =
    engine.pid === undefined
      ? { closed: [] }
      : await engine.request('unload', {}, { priority: 'background' });
  log.info(`unloaded: ${closed.join(', ') || 'nothing'}`);
  const message =
    closed.length === 0
      ? vscode.l10n.t('Headlight: no model was loaded')
      : vscode.l10n.t('Headlight: unloaded {0}', closed.join(', '));
  vscode.window.setStatusBarMessage(message, 4000);
}

/** The menu of the status bar item. */
export async function showMenu(): Promise<void> {
  const { t } = vscode.l10n;
  const chosen = await vscode.window.showQuickPick(
    [
      { label: `$(debug-restart) ${t('Restart Engine')}`, command: 'headlight.restartEngine' },
      { label: `$(trash) ${t('Unload Models')}`, command: 'headlight.unloadModels' },
      { label: `$(output) ${t('Show Log')}`, command: 'headlight.showLog' },
      { label: `$(gear) ${t('Settings')}`, command: 'workbench.action.openSettings', argument: 'headlight' },
    ],
    { title: 'Headlight' },
  );
  if (chosen) await vscode.commands.executeCommand(chosen.command, chosen.argument);
}
