import * as path from 'node:path';
import type { Task } from '../core/families';

/** Folder, below `models/`, of the embedded model that serves a task when the user has chosen none. */
const defaultFolders = {
  continue: 'headlight-gpt2',
  score: 'headlight-gpt2',
  fill: 'headlight-bert',
  attention: 'headlight-bert',
  nextSentence: 'headlight-bert',
  sentiment: 'headlight-bert-sentiment',
} as const satisfies Partial<Record<Task, string>>;

/** The tasks that an embedded model can do. */
export type TaskWithDefault = keyof typeof defaultFolders;

export function hasDefaultModel(task: Task): task is TaskWithDefault {
  return task in defaultFolders;
}

/**
 * Absolute path of the embedded model for `task`.
 * @param root the extension's or the package's own folder, which holds `models/`
 */
export function defaultModel(root: string, task: TaskWithDefault): string {
  return embeddedModel(root, defaultFolders[task]);
}

/** Absolute path of an embedded model, by its folder's name. */
export function embeddedModel(root: string, name: string): string {
  return path.join(root, 'models', name);
}
