import * as vscode from 'vscode';
import { answerQuestion } from './answer/answerQuestion';
import type { Headlight } from './context';
import { compareModels, copyComparison } from './compareModels';
import { continueChoices } from './continueChoices';
import { choicesCommands } from './continueChoicesPick';
import { continueText } from './continueText';
import { restartEngine, showMenu, unloadModels } from './engineCommands';
import { showError } from './errors';
import { checkFlow, clearFlow } from './flow/checkFlow';
import { listWeakJoints, nextWeakJoint, previousWeakJoint } from './flow/weakJoints';
import { fillGap } from './gap/fillGap';
import { stopGenerating } from './generating';
import { toggleGhostText, toggleGhostTextForLanguage } from './ghostText/statusItem';
import { fillMask, fillMasksAround, fillMasksAroundCommand } from './masks/fillMask';
import { insertMissingWord } from './masks/insertMissingWord';
import { suggestOtherWords } from './masks/suggestOtherWords';
import { writeMask, writeMaskCommand, type WriteMaskArguments } from './masks/writeFillings';
import { addModelCommand, importModelCommand } from './models/addModel';
import { chooseModelCommand } from './models/chooseModel';
import { estimateForCommand } from './models/estimateFor';
import { setHubToken } from './models/hubAccess';
import { exportModelCommand, removeModelCommand, verifyModelCommand } from './models/manageModels';
import { analyzeDocumentSentiment, analyzeSentiment, clearSentiment } from './sentiment/analyzeSentiment';
import { listSentiment } from './sentiment/listSentiment';
import { toggleLiveSentiment } from './sentiment/liveSentiment';
import { acceptRewrite, dropRewrite, rewriteText } from './rewrite/rewriteText';
import { offerSample, tryOnSample, tryOnSampleCommand } from './sample';
import { showAttention } from './showAttention';
import { listSurprise } from './surprise/listSurprise';
import { clearSurprise, showSurprise } from './surprise/showSurprise';
import { NoText } from './target';

/** A command; one in a view's context menu, or behind a link, is given what it was called on. */
type Command = (headlight: Headlight, ...target: never) => Promise<void> | void;

/** Every command by its id; `package.json` names the ones that users see. */
const commands: Record<string, Command> = {
  'headlight.continueText': continueText,
  'headlight.continueChoices': continueChoices,
  ...choicesCommands,
  'headlight.fillMask': fillMask,
  [fillMasksAroundCommand]: fillMasksAround,
  'headlight.suggestOtherWords': suggestOtherWords,
  'headlight.insertMissingWord': insertMissingWord,
  [writeMaskCommand]: (_, ...target: WriteMaskArguments) => writeMask(...target),
  'headlight.analyzeSentiment': analyzeSentiment,
  'headlight.analyzeDocumentSentiment': analyzeDocumentSentiment,
  'headlight.toggleLiveSentiment': toggleLiveSentiment,
  'headlight.listSentiment': listSentiment,
  'headlight.clearSentiment': clearSentiment,
  'headlight.showSurprise': showSurprise,
  'headlight.listSurprise': listSurprise,
  'headlight.clearSurprise': clearSurprise,
  'headlight.showAttention': showAttention,
  'headlight.compareModels': compareModels,
  'headlight.copyComparison': copyComparison,
  'headlight.answerQuestion': answerQuestion,
  'headlight.fillGap': fillGap,
  'headlight.rewriteText': rewriteText,
  'headlight.acceptRewrite': acceptRewrite,
  'headlight.dropRewrite': dropRewrite,
  'headlight.checkFlow': checkFlow,
  'headlight.nextWeakJoint': nextWeakJoint,
  'headlight.previousWeakJoint': previousWeakJoint,
  'headlight.listWeakJoints': listWeakJoints,
  'headlight.clearFlow': clearFlow,
  'headlight.toggleGhostText': toggleGhostText,
  'headlight.toggleGhostTextForLanguage': toggleGhostTextForLanguage,
  'headlight.stop': stopGenerating,
  'headlight.restartEngine': restartEngine,
  'headlight.unloadModels': unloadModels,
  'headlight.showLog': ({ log }) => log.show(),
  'headlight.showMenu': showMenu,
  [tryOnSampleCommand]: tryOnSample,
  'headlight.addModel': addModelCommand,
  'headlight.importModel': importModelCommand,
  'headlight.removeModel': removeModelCommand,
  'headlight.verifyModel': verifyModelCommand,
  'headlight.exportModel': exportModelCommand,
  'headlight.chooseModel': chooseModelCommand,
  'headlight.setHubToken': setHubToken,
  'headlight.estimateMemory': estimateForCommand,
  'headlight.refreshModels': ({ models }) => models.refresh(),
};

/** Registers every command; what one throws is shown and never lost. */
export function registerCommands(headlight: Headlight): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, run]) =>
      vscode.commands.registerCommand(id, async (...target: unknown[]) => {
        try {
          await run(headlight, ...(target as never));
        } catch (error) {
          // Not awaited: the command has ended, its message may stay for as long as it is read.
          void (error instanceof NoText
            ? offerSample(headlight, error, id)
            : showError(headlight.log, error));
        }
      }),
    ),
  );
}
