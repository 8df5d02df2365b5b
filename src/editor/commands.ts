import * as vscode from 'vscode';
import { analyzeSentiment, clearSentiment } from './analyzeSentiment';
import type { Headlight } from './context';
import { continueText } from './continueText';
import { restartEngine, showMenu, unloadModels } from './engineCommands';
import { showError } from './errors';
import { fillMask } from './fillMask';
import { stopGenerating } from './generating';
import { showAttention } from './showAttention';

/** Every command by its id; `package.json` names the ones that users see. */
const commands: Record<string, (headlight: Headlight) => Promise<void> | void> = {
  'headlight.continueText': continueText,
  'headlight.fillMask': fillMask,
  'headlight.analyzeSentiment': analyzeSentiment,
  'headlight.clearSentiment': clearSentiment,
  'headlight.showAttention': showAttention,
  'headlight.stop': stopGenerating,
  'headlight.restartEngine': restartEngine,
  'headlight.unloadModels': unloadModels,
  'headlight.showLog': ({ log }) => log.show(),
  'headlight.showMenu': showMenu,
};

/** Registers every command; what one throws is shown and never lost. */
export function registerCommands(headlight: Headlight): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, run]) =>
      vscode.commands.registerCommand(id, async () => {
        try {
          await run(headlight);
        } catch (error) {
          // Not awaited: the command has ended, its message may stay for as long as it is read.
          void showError(headlight.log, error);
        }
      }),
    ),
  );
}
