import * as path from 'node:path';
import * as vscode from 'vscode';
import { createEngine } from './client/engineClient';
import { registerCommands } from './editor/commands';
import type { Headlight } from './editor/context';
import { SentimentMarks } from './editor/sentimentMarks';
import { engineEnvironment } from './editor/settings';
import { StatusBar } from './editor/statusBar';
import { AttentionPanels } from './views/attentionPanel';

/** Builds the parts and hands them to one another. No model is touched before a command asks for one. */
export function activate(context: vscode.ExtensionContext): Headlight {
  const root = context.extensionPath;
  const log = vscode.window.createOutputChannel('Headlight', { log: true });
  const engine = createEngine({
    entry: path.join(root, 'dist', 'engine.js'),
    log: (level, message) => log[level](message),
    env: engineEnvironment,
  });
  const marks = new SentimentMarks();
  const status = new StatusBar(engine, marks);
  const attention = new AttentionPanels(root, engine, log);
  const headlight: Headlight = { root, engine, log, status, marks, attention };

  context.subscriptions.push(
    engine,
    marks,
    status,
    attention,
    registerCommands(headlight),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('headlight.engine') && engine.pid !== undefined)
        void vscode.commands.executeCommand('headlight.restartEngine');
    }),
    // Last: the others still log while they end.
    log,
  );
  return headlight;
}
