import * as path from 'node:path';
import * as vscode from 'vscode';
import { refusal, taskNames } from '../../core/families';
import { megabytes } from '../../models/add';
import type { FoundModel } from '../../models/places';
import type { ModelNode } from '../../views/modelsTree';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { tasksWithModel, type TaskWithModel } from '../settings';

const tasks = tasksWithModel;

/** **Choose Model for a Task…**: of the models on this machine that can do it. */
export async function chooseModelCommand(headlight: Headlight, node?: ModelNode): Promise<void> {
  if (node?.kind === 'model') return useModel(headlight, node.model.folder);
  const title = vscode.l10n.t('Choose the model for');
  const picked = await vscode.window.showQuickPick(tasks.map((task) => ({ task, label: taskNames[task] })), { title });
  if (!picked) return;
  const { models } = await headlight.models.inventory();
  const items = models
    .filter(({ family }) => family.tasks.includes(picked.task))
    .flatMap((model) => model.graphs.map((_, index) => itemOf(model, index)));
  const own = { label: vscode.l10n.t('The embedded model'), description: vscode.l10n.t('comes with Headlight'), value: '' };
  const chosen = await vscode.window.showQuickPick([own, ...items], { title: `${title} ${taskNames[picked.task]}` });
  if (chosen) await choose(headlight, picked.task, chosen.value);
}

/** Has the user choose for which task, and in which precision, a model is used from now on. */
export async function useModel(headlight: Headlight, folder: string): Promise<void> {
  const { models } = await headlight.models.inventory();
  const model = models.find((found) => path.resolve(found.folder) === path.resolve(folder));
  if (!model) throw new Hint(vscode.l10n.t('The model is not there any more.'));
  const able = tasks.filter((task) => model.family.tasks.includes(task));
  if (able.length === 0) throw new Hint(refusal(model.family, 'continue', model.id) ?? '');
  const items = able.map((task) => ({ task, label: taskNames[task] }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Use {0} to', model.id) });
  if (!picked) return;
  const precisions = model.graphs.map((_, index) => itemOf(model, index));
  const chosen =
    precisions.length === 1
      ? precisions[0]
      : await vscode.window.showQuickPick(precisions, { title: vscode.l10n.t('In which precision?') });
  if (chosen) await choose(headlight, picked.task, chosen.value);
}

function itemOf(model: FoundModel, index: number): vscode.QuickPickItem & { value: string } {
  const graph = model.graphs[index]!;
  return {
    label: model.id,
    description: `${graph.name} · ${megabytes(graph.size)}`,
    // The folder alone is opened in the precision that comes first.
    value: index === 0 ? model.folder : path.join(model.folder, graph.files[0]!.path),
  };
}

async function choose({ log, models }: Headlight, task: TaskWithModel, value: string): Promise<void> {
  await vscode.workspace
    .getConfiguration('headlight')
    .update(`models.${task}`, value === '' ? undefined : value, vscode.ConfigurationTarget.Global);
  log.info(`${task} uses ${value || 'the embedded model'}`);
  models.refresh();
}

/** Takes a removed model out of the user's settings; the tasks then use the embedded one. */
export async function forgetChoice(folder: string): Promise<TaskWithModel[]> {
  const settings = vscode.workspace.getConfiguration('headlight');
  const changed: TaskWithModel[] = [];
  for (const task of tasks) {
    const value = settings.inspect<string>(`models.${task}`)?.globalValue;
    if (!value || (value !== folder && !value.startsWith(folder + path.sep))) continue;
    await settings.update(`models.${task}`, undefined, vscode.ConfigurationTarget.Global);
    changed.push(task);
  }
  return changed;
}
