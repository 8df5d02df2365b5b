import * as path from 'node:path';
import * as vscode from 'vscode';
import { refusal, taskNames, type Family, type Task } from '../../core/families';
import { megabytes } from '../../models/add';
import { defaultModel, hasDefaultModel } from '../../models/defaults';
import type { FoundModel } from '../../models/places';
import { localized } from '../../views/localized';
import type { ModelNode } from '../../views/modelsTree';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { embeddedPrefix, tasksWithModel, type TaskWithModel } from '../settings';

const tasks = tasksWithModel;

/** **Choose Model for a Task…**: of the models on this machine that can do it. */
export async function chooseModelCommand(
  headlight: Headlight,
  target?: ModelNode | { readonly task: TaskWithModel },
): Promise<void> {
  if (target && 'task' in target) return chooseFor(headlight, target.task);
  if (target?.kind === 'model') return useModel(headlight, target.model.folder);
  const title = vscode.l10n.t('Choose the model for');
  const picked = await vscode.window.showQuickPick(
    tasks.map((task) => ({ task, label: localized(taskNames[task]) })),
    { title },
  );
  if (!picked) return;
  await chooseFor(headlight, picked.task);
}

/** Has the user choose the model for `task` among those that can do it. */
async function chooseFor(headlight: Headlight, task: TaskWithModel): Promise<void> {
  const { t } = vscode.l10n;
  const own = hasDefaultModel(task)
    ? { label: t('The embedded model'), description: t('comes with Headlight'), value: '' }
    : { label: t('None'), description: t('the one that can do it, or ask'), value: '' };
  const items = (await itemsFor(headlight, task)).filter(({ opened }) => !isOwn(headlight, task, opened));
  const add = { label: `$(add) ${t('Add Model…')}`, value: undefined };
  const title = t('Choose the model to {0}', localized(taskNames[task]));
  const chosen = await vscode.window.showQuickPick([own, ...items, add], { title });
  if (chosen === add) await vscode.commands.executeCommand('headlight.addModel', { task });
  else if (chosen?.value !== undefined) await choose(headlight, task, chosen.value);
}

/** The models on this machine that can do `task`, in each precision that they have. */
export async function itemsFor({ models }: Headlight, task: Task): Promise<ModelItem[]> {
  return (await models.inventory()).models
    .filter(({ family }) => canDo(family, task))
    .flatMap((model) => model.graphs.map((_, index) => itemOf(model, index)));
}

/** True also where only a head in the model's file tells, which is found out when it is opened. */
function canDo({ tasks, tasksByHead }: Family, task: Task): boolean {
  return tasks.includes(task) || tasksByHead?.includes(task) === true;
}

interface ModelItem extends vscode.QuickPickItem {
  /** What the settings name: a folder or a .onnx file in it, or an embedded model by its name. */
  readonly value: string;
  /** What the engine opens. */
  readonly opened: string;
}

/** Has the user choose for which task, and in which precision, a model is used from now on. */
export async function useModel(headlight: Headlight, folder: string): Promise<void> {
  const { models } = await headlight.models.inventory();
  const model = models.find((found) => path.resolve(found.folder) === path.resolve(folder));
  if (!model) throw new Hint(vscode.l10n.t('The model is not there any more.'));
  const able = tasks.filter((task) => canDo(model.family, task));
  if (able.length === 0) throw new Hint(localized(refusal(model.family, 'continue', model.id) ?? ''));
  const items = able.map((task) => ({ task, label: localized(taskNames[task]) }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Use {0} to', model.id) });
  if (!picked) return;
  const precisions = model.graphs.map((_, index) => itemOf(model, index));
  const chosen =
    precisions.length === 1
      ? precisions[0]
      : await vscode.window.showQuickPick(precisions, { title: vscode.l10n.t('In which precision?') });
  if (!chosen) return;
  await choose(headlight, picked.task, isOwn(headlight, picked.task, chosen.opened) ? '' : chosen.value);
}

/** Whether it is the model that `task` uses where the settings name none. */
function isOwn({ root }: Headlight, task: TaskWithModel, opened: string): boolean {
  return hasDefaultModel(task) && opened === defaultModel(root, task);
}

function itemOf(model: FoundModel, index: number): ModelItem {
  const graph = model.graphs[index]!;
  // The folder alone is opened in the precision that comes first.
  const file = index === 0 ? '' : graph.files[0]!.path;
  const opened = path.join(model.folder, file);
  return {
    label: model.id,
    description: `${graph.name} · ${megabytes(graph.size)}`,
    value: model.place === 'embedded' ? embeddedPrefix + path.posix.join(model.id, file) : opened,
    opened,
  };
}

/** Has `task` use what `value` names from now on; empty for the embedded model, or for none. */
export async function choose({ log, models }: Headlight, task: TaskWithModel, value: string): Promise<void> {
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
