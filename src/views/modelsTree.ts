import * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import { refusal, taskNames, type Family, type Sight, type Task } from '../core/families';
import { estimateMemory, type ModelShape } from '../core/memory';
import { megabytes } from '../models/add';
import { offeredModels, type OfferedModel } from '../models/catalogue';
import {
  takeInventory,
  type FoundModel,
  type Inventory,
  type PlaceName,
  type Places,
} from '../models/places';
import type { QuarantinedModel, StoredModel } from '../models/store';
import type { ModelStatus } from '../protocol/engine';

/** What stands in the tree; commands of its context menu are given one. */
export type ModelNode =
  | { readonly kind: 'group'; readonly label: string; readonly children: readonly ModelNode[] }
  | {
      readonly kind: 'model';
      readonly id: string;
      readonly model: FoundModel;
      readonly uses: readonly string[];
    }
  | { readonly kind: 'incomplete'; readonly id: string; readonly model: StoredModel }
  | { readonly kind: 'quarantined'; readonly model: QuarantinedModel }
  | { readonly kind: 'offered'; readonly id: string; readonly offered: OfferedModel }
  | { readonly kind: 'detail'; readonly label: string; readonly value: string; readonly tooltip?: string };

/** The **Models** view: what is on this machine, what is offered, and what is to be known about each. */
export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: { dispose(): void }[];
  private loaded: readonly ModelStatus[] = [];

  /**
   * @param places where to look, read anew each time
   * @param chosen the path that each task's setting names, with the task's name
   */
  constructor(
    private readonly engine: Engine,
    private readonly places: () => Places,
    private readonly chosen: () => readonly { task: Task; model: string }[],
  ) {
    const view = vscode.window.createTreeView('headlight.models', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.subscriptions = [
      view,
      this.changed,
      // What is loaded may have changed when the engine comes to rest.
      { dispose: engine.onActivity((activity) => activity === null && view.visible && this.refresh()) },
      view.onDidChangeVisibility(({ visible }) => visible && this.refresh()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  inventory(): Promise<Inventory> {
    return takeInventory(this.places());
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (node?.kind === 'group') return [...node.children];
    if (node?.kind === 'model') return this.details(node.model);
    if (node?.kind === 'offered') return offeredDetails(node.offered);
    return node ? [] : this.groups();
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const { t } = vscode.l10n;
    const item = new vscode.TreeItem('label' in node ? node.label : 'id' in node ? node.id : node.model.id);
    switch (node.kind) {
      case 'group':
        item.collapsibleState = Expanded;
        break;
      case 'model': {
        const loaded = this.statusOf(node.model) !== undefined;
        item.collapsibleState = Collapsed;
        item.description = [...node.uses, megabytes(node.model.size), ...(loaded ? [t('loaded')] : [])].join(
          ' · ',
        );
        item.iconPath = new vscode.ThemeIcon(loaded ? 'pass-filled' : 'package');
        item.contextValue = node.model.stored ? 'model stored' : 'model';
        item.tooltip = node.model.folder;
        break;
      }
      case 'incomplete': {
        const total = node.model.record.files.reduce((sum, { size }) => sum + size, 0);
        item.collapsibleState = None;
        item.description = t('{0} of {1} fetched', megabytes(node.model.bytes), megabytes(total));
        item.iconPath = new vscode.ThemeIcon('debug-pause');
        item.contextValue = 'incomplete';
        break;
      }
      case 'quarantined':
        item.description = node.model.reason;
        item.tooltip = `${node.model.reason}\n${node.model.folder}`;
        item.iconPath = new vscode.ThemeIcon('warning');
        item.contextValue = 'quarantined';
        break;
      case 'offered':
        item.collapsibleState = Collapsed;
        item.description = `${node.offered.title} · ${node.offered.language}`;
        item.iconPath = new vscode.ThemeIcon('cloud');
        item.contextValue = 'offered';
        break;
      case 'detail':
        item.description = node.value;
        item.tooltip = node.tooltip ?? `${node.label}: ${node.value}`;
        break;
    }
    return item;
  }

  private async groups(): Promise<ModelNode[]> {
    const { t } = vscode.l10n;
    this.loaded = this.engine.pid === undefined ? [] : (await this.engine.request('status', {})).models;
    const { models, incomplete, quarantined } = await this.inventory();
    const chosen = this.chosen();
    const nodes = (place: PlaceName): ModelNode[] =>
      models
        .filter((model) => model.place === place)
        .map((model) => ({
          kind: 'model',
          id: model.id,
          model,
          uses: chosen
            .filter((choice) => isIn(choice.model, model.folder))
            .map(({ task }) => taskNames[task]),
        }));
    const offered = offeredModels.filter(({ id }) => !models.some((model) => model.id === id));
    const groups: [string, ModelNode[]][] = [
      [
        t('Added'),
        [
          ...nodes('store'),
          ...incomplete.map((model): ModelNode => ({ kind: 'incomplete', id: model.id, model })),
        ],
      ],
      [t('Your folders'), nodes('chosen')],
      [t('Embedded'), nodes('embedded')],
      [t('Hugging Face cache'), nodes('cache')],
      [t('Quarantine'), quarantined.map((model): ModelNode => ({ kind: 'quarantined', model }))],
      [t('Offered'), offered.map((model): ModelNode => ({ kind: 'offered', id: model.id, offered: model }))],
    ];
    return groups
      .filter(([, children]) => children.length > 0)
      .map(([label, children]) => ({ kind: 'group', label, children }));
  }

  private statusOf(model: FoundModel): ModelStatus | undefined {
    return this.loaded.find(({ folder }) => folder === model.folder);
  }

  private async details(model: FoundModel): Promise<ModelNode[]> {
    const { t } = vscode.l10n;
    const { family, shape, graphs, licence } = model;
    const nodes = familyDetails(family, model.id);
    for (const graph of graphs) {
      const file = vscode.Uri.joinPath(vscode.Uri.file(model.folder), graph.files[0]!.path).fsPath;
      try {
        const { parameters, attention, noAttentionReason } = await this.engine.request('inspect', {
          model: file,
        });
        if (graph === graphs[0])
          nodes.push(detail(t('Parameters'), `${(parameters / 1e6).toFixed(parameters < 1e7 ? 2 : 0)} M`));
        const shows = attention ? t('shows attention') : t('no attention');
        nodes.push(detail(graph.name, `${megabytes(graph.size)} · ${shows}`, noAttentionReason));
      } catch (error) {
        nodes.push(
          detail(graph.name, t("can't be read"), error instanceof Error ? error.message : String(error)),
        );
      }
    }
    nodes.push(detail(t('Licence'), licence ?? t('not named')));
    if (shape) nodes.push(detail(t('Context'), t('{0} tokens', shape.window)));
    const status = this.statusOf(model);
    nodes.push(detail(t('Memory now'), status ? megabytes(status.memory) : t('not loaded')));
    if (shape)
      nodes.push(...graphs.map((graph) => estimate(graph.name, shape, family, graph.size, graph.precision)));
    return nodes;
  }
}

function isIn(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`) || file.startsWith(`${folder}\\`);
}

function detail(label: string, value: string, tooltip?: string): ModelNode {
  return { kind: 'detail', label, value, ...(tooltip !== undefined && { tooltip }) };
}

function sightOf(sees: Sight): string {
  const { t } = vscode.l10n;
  return {
    left: t('only what stands to the left'),
    both: t('both sides'),
    'reads-both-writes-left': t('reads both sides, then writes'),
  }[sees];
}

function familyDetails(family: Family, name: string): ModelNode[] {
  const { t } = vscode.l10n;
  const all = Object.keys(taskNames) as Task[];
  return [
    detail(t('Family'), family.name, family.reads),
    detail(t('Sees'), sightOf(family.sees)),
    detail(t('Can'), family.tasks.map((task) => taskNames[task]).join(', ')),
    ...all
      .filter((task) => !family.tasks.includes(task))
      .map((task) => detail(t("Can't {0}", taskNames[task]), family.reads, refusal(family, task, name))),
  ];
}

function offeredDetails({ family, parameters, licence, window, language }: OfferedModel): ModelNode[] {
  const { t } = vscode.l10n;
  return [
    detail(t('Family'), family),
    detail(t('Language'), language),
    detail(t('Parameters'), t('about {0} M', Math.round(parameters / 1e6))),
    detail(t('Licence'), licence),
    detail(t('Context'), t('{0} tokens', window)),
  ];
}

/** The memory for the usual length, and in the tooltip what grows with what. */
function estimate(
  name: string,
  shape: ModelShape,
  family: Family,
  bytes: number,
  precision: string,
): ModelNode {
  const { t } = vscode.l10n;
  const load = { logits: family.name === 'masked', cache: family.name === 'causal' };
  const at = (length: number, batch: number) =>
    estimateMemory(shape, bytes, precision, { length, batch, ...load });
  const usual = Math.min(512, shape.window);
  const { weights, linear, quadratic, total } = at(usual, 1);
  const tooltip = [
    t('Estimate for {0} tokens of one text: {1}', usual, megabytes(total)),
    t('weights: {0}', megabytes(weights)),
    t('grows with the length and the number of texts: {0}', megabytes(linear)),
    t('grows with the square of the length and the number of texts: {0}', megabytes(quadratic)),
    t(
      'with {0} tokens: {1}; with 8 texts at once: {2}',
      shape.window,
      megabytes(at(shape.window, 1).total),
      megabytes(at(shape.window, 8).total),
    ),
  ].join('\n');
  const value = t('about {0} for {1} tokens', megabytes(total), usual);
  return detail(t('Memory needed, {0}', name), value, tooltip);
}
