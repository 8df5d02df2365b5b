import * as path from 'node:path';
import type { Task } from '../core/families';

/** Folder, below `models/`, of the embedded model that serves a task when the user has chosen none. */
const defaultFolders: Record<Task, string> = {
  continue: 'headlight-gpt2',
  score: 'headlight-gpt2',
  fill: 'headlight-bert',
  attention: 'headlight-bert',
  sentiment: 'headlight-bert-sentiment',
};

/**
 * Absolute path of the embedded model for `task`.
 * @param root the extension's or the package's own folder, which holds `models/`
 */
export function defaultModel(root: string, task: Task): string {
  return path.join(root, 'models', defaultFolders[task]);
}
