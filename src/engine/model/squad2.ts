import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { ModelFolder } from './modelFolder';

/** SQuAD 2, whose questions may have no answer (Rajpurkar et al. 2018), as names of models and data sets have it. */
const squad2 = /squad[-_ ]?v?\.?2/i;

/** Whether a question-answering model was trained to say that there is no answer, by its name and its card. */
export async function knowsNoAnswer(folder: ModelFolder): Promise<boolean> {
  const original = (folder.config as { _name_or_path?: unknown })._name_or_path;
  if (squad2.test(folder.name) || (typeof original === 'string' && squad2.test(original))) return true;
  const card = await fs.readFile(path.join(folder.path, 'README.md'), 'utf8').catch(() => '');
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  const dataSets = /^datasets:[ \t]*(.*(?:\r?\n[ \t]*-.*)*)/m.exec(front)?.[1] ?? '';
  return squad2.test(dataSets);
}
