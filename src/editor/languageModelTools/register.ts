import * as vscode from 'vscode';
import type { Engine } from '../../client/engineClient';
import { EngineError } from '../../protocol/engine';
import { isCancellation } from '../errors';
import { hasTools } from '../settings';
import { classifySentimentTool } from './classifySentiment';
import { continueTextTool } from './continueText';
import { fillMaskTool } from './fillMask';
import { ToolInput } from './input';
import { scoreTextTool } from './scoreText';
import type { Tool } from './tool';

/** Every tool by its name; `package.json` describes them to agents. */
const tools: Record<string, Tool> = {
  headlight_fill_mask: fillMaskTool,
  headlight_classify_sentiment: classifySentimentTool,
  headlight_score_text: scoreTextTool,
  headlight_continue_text: continueTextTool,
};

/**
 * Headlight's tasks as tools for agents, there while `headlight.tools.enabled` is on. They run on this machine and
 * change nothing.
 * @param root the extension's own folder
 */
export function languageModelTools(
  engine: Engine,
  log: vscode.LogOutputChannel,
  root: string,
): vscode.Disposable {
  let registered: vscode.Disposable | undefined;
  const follow = (): void => {
    if (hasTools()) registered ??= register(engine, log, root);
    else {
      registered?.dispose();
      registered = undefined;
    }
  };
  const configuration = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('headlight.tools')) follow();
  });
  follow();
  return new vscode.Disposable(() => {
    configuration.dispose();
    registered?.dispose();
  });
}

function register(engine: Engine, log: vscode.LogOutputChannel, root: string): vscode.Disposable {
  const registered = Object.entries(tools).map(([name, tool]) =>
    vscode.lm.registerTool<unknown>(name, {
      prepareInvocation: () => ({ invocationMessage: tool.progress() }),
      invoke: async ({ input }, token) => {
        const controller = new AbortController();
        if (token.isCancellationRequested) controller.abort();
        const listener = token.onCancellationRequested(() => controller.abort());
        try {
          const { signal } = controller;
          const value = await tool.run(new ToolInput(name, input), { engine, root, signal });
          return new vscode.LanguageModelToolResult([
            new vscode.LanguageModelTextPart(JSON.stringify(value)),
          ]);
        } catch (error) {
          if (isCancellation(error)) throw new vscode.CancellationError();
          log.warn(`${name}: ${String(error)}`);
          throw forAgent(error);
        } finally {
          listener.dispose();
        }
      },
    }),
  );
  return vscode.Disposable.from(...registered);
}

/** What an agent can't mend by another call it is to tell the user, instead of trying again. */
function forAgent(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  const isForAgent = ['input', 'option', 'stopped', 'restarted'].includes(error.code);
  if (isForAgent) return new Error(error.message);
  return new Error(
    `${error.message} Calling the tool again won't help: tell the user, who can mend it in Headlight's settings ` +
      `(headlight.models.*) or by the command "Headlight: Show Log".`,
  );
}
