import * as path from 'node:path';
import * as vscode from 'vscode';
import { createEngine } from './client/engineClient';
import { registerCommands } from './editor/commands';
import type { Headlight } from './editor/context';
import { FlowMarks } from './editor/flow/flowMarks';
import { LanguageHints } from './editor/languageHints';
import { languageModelTools } from './editor/languageModelTools/register';
import { Proposals } from './editor/rewrite/proposals';
import { Masks } from './editor/masks/masks';
import { GhostText } from './editor/ghostText/ghostText';
import { GhostTextSwitch } from './editor/ghostText/statusItem';
import { LiveSentiment } from './editor/sentiment/liveSentiment';
import { sentimentHovers } from './editor/sentiment/sentimentHover';
import { SentimentMarks } from './editor/sentiment/sentimentMarks';
import { SentimentSigns } from './editor/sentiment/sentimentSigns';
import { Verdicts } from './editor/sentiment/verdicts';
import { chosenModel, engineEnvironment, tasksWithModel } from './editor/settings';
import { StatusBar } from './editor/statusBar';
import { SurpriseMarks } from './editor/surprise/surpriseMarks';
import { whileMarked } from './editor/whileMarked';
import { defaultModel, hasDefaultModel } from './models/defaults';
import { AttentionPanels } from './views/attention/attentionPanels';
import { ComparePanels } from './views/comparePanel';
import { ModelsTree } from './views/modelsTree';

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
  const flow = new FlowMarks();
  const surprise = new SurpriseMarks();
  const rewrites = new Proposals();
  const masks = new Masks(engine, log, root);
  const verdicts = new Verdicts(engine);
  const status = new StatusBar(engine, [marks, surprise]);
  const languageHints = new LanguageHints(root, context.globalState);
  const ghostText = new GhostText(root, engine, log, languageHints);
  const ghostTextSwitch = new GhostTextSwitch(ghostText);
  const comparisons = new ComparePanels(root);
  const store = path.join(context.globalStorageUri.fsPath, 'models');
  const chosen = () => tasksWithModel.flatMap((task) => ({ task, model: chosenModel(task, root) ?? '' }));
  const models = new ModelsTree(
    engine,
    () => ({
      store,
      embedded: path.join(root, 'models'),
      chosen: chosen().flatMap(({ model }) => model || []),
    }),
    () =>
      chosen().map(({ task, model }) => ({
        task,
        model: model || (hasDefaultModel(task) ? defaultModel(root, task) : ''),
      })),
  );
  const attention = new AttentionPanels({ root, engine, log, inventory: () => models.inventory() });
  const { secrets, workspaceState: memory } = context;
  const headlight: Headlight = {
    root,
    engine,
    log,
    status,
    marks,
    flow,
    surprise,
    rewrites,
    masks,
    ghostText,
    ghostTextSwitch,
    languageHints,
    attention,
    comparisons,
    models,
    store,
    memory,
    verdicts,
    secrets,
  };

  context.subscriptions.push(
    engine,
    marks,
    flow,
    surprise,
    whileMarked(surprise, () => vscode.languages.registerHoverProvider({ pattern: '**' }, surprise)),
    rewrites,
    masks,
    whileMarked(marks, () => new SentimentSigns(marks)),
    whileMarked(marks, () => sentimentHovers(marks, engine, log)),
    new LiveSentiment(headlight),
    status,
    ghostText,
    ghostTextSwitch,
    attention,
    comparisons,
    models,
    registerCommands(headlight),
    languageModelTools(engine, log, root),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('headlight.models')) models.refresh();
      if (event.affectsConfiguration('headlight.engine') && engine.pid !== undefined)
        void vscode.commands.executeCommand('headlight.restartEngine');
    }),
    // Last: the others still log while they end.
    log,
  );
  return headlight;
}
