import * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import { taskNames, type Task } from '../core/families';
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
import { errorText, localized } from './localized';
import {
  detail,
  familyDetails,
  memoryDetail,
  offeredDetails,
  type Detail,
  type EstimatedText,
} from './modelDetails';

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
  | Detail;

/** The **Models** view: what is on this machine, what is offered, and what is to be known about each. */
export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: { dispose(): void }[];
  private loaded: readonly ModelStatus[] = [];
  private text: EstimatedText = { length: 512, batch: 1 };

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

  /** The text for which the memory of every model is estimated. */
  get estimatedText(): EstimatedText {
    return this.text;
  }

  estimateFor(text: EstimatedText): void {
    this.text = text;
    this.refresh();
  }

  inventory(): Promise<Inventory> {
    return takeInventory(this.places());
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (node?.kind === 'group') return [...node.children];
    if (node?.kind === 'model') return this.details(node.model);
    if (node?.kind === 'offered') return offeredDetails(node.offered);
    if (node?.kind === 'detail') return [...(node.children ?? [])];
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
        const loaded = this.memoryOf(node.model) !== undefined;
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
        item.description = localized(node.model.reason);
        item.tooltip = `${item.description}\n${node.model.folder}`;
        item.iconPath = new vscode.ThemeIcon('warning');
        item.contextValue = 'quarantined';
        break;
      case 'offered':
        item.collapsibleState = Collapsed;
        item.description = `${node.offered.title} · ${node.offered.language}`;
        item.iconPath = new vscode.ThemeIcon(node.offered.needsConversion ? 'tools' : 'cloud');
        item.contextValue = 'offered';
        break;
      case 'detail':
        item.collapsibleState = node.children ? Collapsed : None;
        item.description = node.value;
        item.tooltip = node.tooltip ?? `${node.label}: ${node.value}`;
        if (node.isEstimate) item.contextValue = 'estimate';
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
            .map(({ task }) => localized(taskNames[task])),
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

  /** Bytes that a model takes now, all its opened precisions together; undefined when it isn't loaded. */
  private memoryOf(model: FoundModel): number | undefined {
    const loaded = this.loaded.filter(({ folder }) => folder === model.folder);
    return loaded.length === 0 ? undefined : loaded.reduce((sum, { memory }) => sum + memory, 0);
  }

  private async details(model: FoundModel): Promise<ModelNode[]> {
    const { t } = vscode.l10n;
    const { family, shape, graphs, licence } = model;
    const nodes: Detail[] = familyDetails(family, model.id);
    for (const graph of graphs) {
      const file = vscode.Uri.joinPath(vscode.Uri.file(model.folder), graph.files[0]!.path).fsPath;
      try {
        const found = await this.engine.request('inspect', { model: file });
        const { parameters, attention, noAttentionReason, laidOutBytes } = found;
        if (graph === graphs[0])
          nodes.push(detail(t('Parameters'), `${(parameters / 1e6).toFixed(parameters < 1e7 ? 2 : 0)} M`));
        const shows = attention ? t('shows attention') : t('no attention');
        const why = noAttentionReason === undefined ? {} : { tooltip: localized(noAttentionReason) };
        nodes.push(detail(graph.name, `${megabytes(graph.size)} · ${shows}`, why));
        if (laidOutBytes !== undefined) {
          const tooltip = t(
            'Its weights once more, in a layout that runs faster; it goes after the model has gone.',
          );
          nodes.push(detail(t('{0}, laid out anew', graph.name), megabytes(laidOutBytes), { tooltip }));
        }
      } catch (error) {
        nodes.push(detail(graph.name, t("can't be read"), { tooltip: errorText(error) }));
      }
    }
    nodes.push(detail(t('Licence'), licence ?? t('not named')));
    if (shape) nodes.push(detail(t('Context'), t('{0} tokens', shape.window)));
    const memory = this.memoryOf(model);
    nodes.push(detail(t('Memory now'), memory === undefined ? t('not loaded') : megabytes(memory)));
    if (shape) nodes.push(...graphs.map((graph) => memoryDetail(graph, shape, family, this.text)));
    return nodes;
  }
}

function isIn(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`) || file.startsWith(`${folder}\\`);
}
