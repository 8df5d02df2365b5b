import * as path from 'node:path';
import * as vscode from 'vscode';
import { taskNames, type Task } from '../../core/families';
import { estimateMemory } from '../../core/memory';
import { shapeOf } from '../../core/modelShape';
import { addModel, filesOf, megabytes, readOffer, type Offer } from '../../models/add';
import { offeredModels } from '../../models/catalogue';
import { importModel } from '../../models/exchange';
import type { GraphChoice } from '../../core/graphFiles';
import type { HubFile } from '../../models/hub';
import { ModelProblem } from '../../models/problem';
import { parseRepositoryId } from '../../models/repository';
import { errorText, localized, tasksText } from '../../views/localized';
import type { ModelNode } from '../../views/modelsTree';
import type { Headlight } from '../context';
import { withProgress } from '../progress';
import { useModel } from './chooseModel';
import { hubAccess } from './hubAccess';
import { withTransferProgress } from './transferProgress';

/** **Add Model…**: fetches a model of the catalogue, or one whose repository is typed, after showing what will come. */
export async function addModelCommand(
  headlight: Headlight,
  target?: ModelNode | string | { readonly task: Task },
): Promise<void> {
  const named = typeof target === 'string' ? target : target && 'id' in target ? target.id : undefined;
  const id =
    named ??
    (await pickRepository(
      target && typeof target === 'object' && 'task' in target ? target.task : undefined,
    ));
  if (id !== undefined) await addFromHub(headlight, id);
}

async function addFromHub(headlight: Headlight, typed: string): Promise<void> {
  const { t } = vscode.l10n;
  try {
    const access = await hubAccess(headlight);
    const offer = await withProgress(
      headlight.engine,
      t('Headlight: asking {0} about {1}', new URL(access.endpoint).host, typed),
      (signal) => readOffer(access, typed, signal),
    );
    const graph = await pickPrecision(offer);
    if (!graph || !(await confirmed(offer, graph, access.endpoint))) return;
    const { folder } = await withTransferProgress(
      t('Headlight: fetching {0}', offer.repository.id),
      (signal, onProgress) =>
        addModel(headlight.store, access, offer, graph, {
          signal,
          onProgress,
          inspect: inspectBy(headlight),
        }),
    );
    headlight.log.info(`added ${offer.repository.id} (${graph.name}) in ${folder}`);
    offerUse(headlight, offer.repository.id, folder);
  } catch (error) {
    if (!(error instanceof ModelProblem) || !(await remedied(headlight, typed, error))) throw error;
  } finally {
    headlight.models.refresh();
  }
}

/** **Add Model from Folder or Zip…**: for a machine without a network. */
export async function importModelCommand(headlight: Headlight, from?: vscode.Uri): Promise<void> {
  const { t } = vscode.l10n;
  const [chosen] = from
    ? [from]
    : ((await vscode.window.showOpenDialog({
        title: t('A model folder in Hugging Face’s layout, or a .zip file of one'),
        openLabel: t('Add Model'),
        canSelectFiles: true,
        canSelectFolders: true,
        filters: { Zip: ['zip'] },
      })) ?? []);
  if (!chosen) return;
  try {
    const { record, folder } = await withTransferProgress(
      t('Headlight: adding {0}', path.basename(chosen.fsPath)),
      (signal, onProgress) =>
        importModel(headlight.store, chosen.fsPath, { signal, onProgress, inspect: inspectBy(headlight) }),
    );
    headlight.log.info(`added ${record.id} from ${chosen.fsPath} in ${folder}`);
    offerUse(headlight, record.id, folder);
  } finally {
    headlight.models.refresh();
  }
}

/** The engine looks into what came: it would have to open it. */
function inspectBy({ engine }: Headlight): (file: string) => Promise<unknown> {
  return (file) => engine.request('inspect', { model: file });
}

/** Says that a model is there; not awaited, as the message may stay for as long as it likes. */
function offerUse(headlight: Headlight, id: string, folder: string): void {
  const use = vscode.l10n.t('Use It…');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('{0} is on this machine now.', id), use)
    .then((answer) => (answer === use ? useModel(headlight, folder) : undefined));
}

/**
 * A model of the catalogue, or what is typed when it is a repository's name.
 * @param task offers only those that were made for it
 */
function pickRepository(task?: Task): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { id: string }>();
  const able = offeredModels.filter(({ tasks }) => task === undefined || tasks.includes(task));
  const offered = able.map(({ id, title, language, parameters }) => ({
    id,
    label: id,
    description: `${title} · ${language} · ${Math.round(parameters / 1e6)} M`,
  }));
  pick.title = task === undefined ? t('Add a model') : t('Add a model to {0}', localized(taskNames[task]));
  pick.placeholder = t('Choose one, or type a repository with ONNX files: owner/name');
  pick.matchOnDescription = true;
  pick.items = offered;
  return new Promise((resolve) => {
    pick.onDidChangeValue((value) => {
      const typed = value.trim();
      const known = offered.some(({ id }) => id === typed);
      const own = { id: typed, label: typed, description: t('fetch this repository'), alwaysShow: true };
      pick.items = typed === '' || known || !isRepository(typed) ? offered : [own, ...offered];
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.id ?? (pick.value.trim() || undefined));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function isRepository(typed: string): boolean {
  try {
    return parseRepositoryId(typed) !== '';
  } catch {
    return false;
  }
}

async function pickPrecision(offer: Offer): Promise<GraphChoice<HubFile> | undefined> {
  if (offer.graphs.length === 1) return offer.graphs[0];
  const shape = shapeOf(offer.config);
  const items = offer.graphs.map((graph, index) => {
    const memory =
      shape &&
      estimateMemory(
        shape,
        offer.family,
        { length: Math.min(512, shape.window), batch: 1 },
        { bytes: graph.size, precision: graph.precision },
      );
    return {
      graph,
      label: graph.name,
      description: [
        megabytes(graph.size),
        memory && vscode.l10n.t('about {0} of memory', megabytes(memory.total)),
        index === 0 && vscode.l10n.t('the fastest here'),
      ]
        .filter(Boolean)
        .join(' · '),
    };
  });
  const title = vscode.l10n.t('Precision of {0}', offer.repository.id);
  return (await vscode.window.showQuickPick(items, { title }))?.graph;
}

async function confirmed(offer: Offer, graph: GraphChoice<HubFile>, endpoint: string): Promise<boolean> {
  const { t } = vscode.l10n;
  const files = filesOf(offer, graph);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const fetch = t('Fetch {0}', megabytes(size));
  const detail = [
    t('{0} files from {1}:', files.length, endpoint),
    ...files.map((file) => `${file.path} — ${megabytes(file.size)}`),
    '',
    t('Licence: {0}', offer.repository.licence ?? t('none named')),
    t('It can {0}.', tasksText(offer.family.tasks)),
  ].join('\n');
  const question = t('Fetch {0}?', offer.repository.id);
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, fetch)) === fetch;
}

/** Shows a problem that has a remedy with it; false when it has none. */
async function remedied(headlight: Headlight, id: string, problem: ModelProblem): Promise<boolean> {
  const { t } = vscode.l10n;
  const { newName, command } = problem.details;
  const remedies: Partial<Record<ModelProblem['code'], { label: string; run: () => unknown }>> = {
    gated: { label: t('Set Token'), run: () => vscode.commands.executeCommand('headlight.setHubToken') },
    token: { label: t('Set Token'), run: () => vscode.commands.executeCommand('headlight.setHubToken') },
    missing: { label: t('Set Token'), run: () => vscode.commands.executeCommand('headlight.setHubToken') },
    renamed: {
      label: t('Add {0}', newName ?? ''),
      run: () => vscode.commands.executeCommand('headlight.addModel', newName),
    },
    offline: { label: t('Try Again'), run: () => vscode.commands.executeCommand('headlight.addModel', id) },
    'rate-limited': {
      label: t('Try Again'),
      run: () => vscode.commands.executeCommand('headlight.addModel', id),
    },
    damaged: { label: t('Try Again'), run: () => vscode.commands.executeCommand('headlight.addModel', id) },
    hub: { label: t('Try Again'), run: () => vscode.commands.executeCommand('headlight.addModel', id) },
    ...(command !== undefined && {
      'no-onnx': { label: t('Copy Command'), run: () => vscode.env.clipboard.writeText(command) },
    }),
  };
  const remedy = remedies[problem.code];
  if (!remedy) return false;
  headlight.log.error(`${problem.code}: ${problem.message}`);
  void vscode.window
    .showErrorMessage(errorText(problem), remedy.label)
    .then((answer) => (answer === remedy.label ? remedy.run() : undefined));
  return true;
}
