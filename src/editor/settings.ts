import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Task } from '../core/families';
import { samplingNames, type SamplingName } from '../core/decoding/samplingChoices';
import { defaultModel, embeddedModel, type TaskWithDefault } from '../models/defaults';

/** The tasks whose model can be chosen in the settings. */
export const tasksWithModel = [
  'continue',
  'fill',
  'sentiment',
  'attention',
  'nextSentence',
  'answer',
  'rewrite',
  'infill',
] as const satisfies readonly Task[];

export type TaskWithModel = (typeof tasksWithModel)[number];

function read<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration('headlight').get<T>(name, fallback);
}

/**
 * Absolute path of the folder of the model for `task`: the user's, or the embedded one. `~` is the home folder;
 * a relative path starts at the first workspace folder.
 * @param root the extension's own folder
 */
export function modelFor(task: TaskWithModel & TaskWithDefault, root: string): string {
  return chosenModel(task, root) ?? defaultModel(root, task);
}

/** Before the name of an embedded model in a setting: its folder is another one in every version of the extension. */
export const embeddedPrefix = 'embedded:';

/** Absolute path of the folder, or the .onnx file, that the settings name for `task`; undefined when they name none. */
export function chosenModel(task: TaskWithModel, root: string): string | undefined {
  const chosen = read<string>(`models.${task}`, '').trim();
  if (chosen === '') return undefined;
  if (chosen.startsWith(embeddedPrefix)) return embeddedModel(root, chosen.slice(embeddedPrefix.length));
  if (chosen === '~' || /^~[\\/]/.test(chosen)) return path.join(os.homedir(), chosen.slice(1));
  return path.resolve(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir(), chosen);
}

/** How many tokens Continue Text writes at most, at least 1. */
export function maxNewTokens(): number {
  return Math.max(1, Math.round(read('continue.maxNewTokens', 40)));
}

/** Whether masks are coloured, hovered and completed where they stand in a document. */
export function hasMaskHelp(): boolean {
  return read('masks.enabled', true);
}

/** Up to how many tokens a mask may stand for, at least 1. */
export function maskTokens(): number {
  return Math.max(1, Math.round(read('masks.maxTokens', 2)));
}

/** The task whose model Show Surprise asks. */
export function surpriseTask(): 'fill' | 'continue' {
  return read<string>('surprise.model', 'masked') === 'causal' ? 'continue' : 'fill';
}

/** Whether it is said when a model was not trained for a text's language. */
export function hasLanguageHints(): boolean {
  return read('languageHints.enabled', true);
}

/** Whether agents find the tasks as tools. */
export function hasTools(): boolean {
  return read('tools.enabled', true);
}

/** How freely **Continue Text…** draws at first. */
export function samplingName(): SamplingName {
  const name = read('continue.sampling', 'balanced');
  return samplingNames.find((known) => known === name) ?? 'balanced';
}

/** The engine's environment: idle time, and threads and memory in bytes unless they are left to the engine. */
export function engineEnvironment(): Record<string, string> {
  const threads = read('engine.threads', 0);
  const megabytes = read('engine.memoryBudget', 0);
  return {
    HEADLIGHT_IDLE_MINUTES: String(read('engine.idleMinutes', 10)),
    ...(threads > 0 && { HEADLIGHT_THREADS: String(threads) }),
    ...(megabytes > 0 && { HEADLIGHT_MEMORY_BUDGET: String(megabytes * 1e6) }),
  };
}
