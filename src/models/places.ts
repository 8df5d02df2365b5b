/** Where models lie: in folders the user names, the extension's store, the Hugging Face cache, and beside the code. */
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { getHFHubCachePath } from '@huggingface/hub';
import { familyOf, type Family, type FamilyConfig } from '../core/families';
import { belongsToModel, graphChoices, type GraphChoice } from '../core/graphFiles';
import { shapeOf, type ModelShape } from '../core/modelShape';
import { repositoryOf } from './repository';
import { quarantinedModels, storedModels, type QuarantinedModel, type StoredModel } from './store';

export type PlaceName = 'chosen' | 'store' | 'cache' | 'embedded';

/** A model that is on this machine; several precisions of it are one entry. */
export interface FoundModel {
  /** `owner/name`, or the folder's name where it has none. */
  readonly id: string;
  readonly place: PlaceName;
  /** What the engine opens. */
  readonly folder: string;
  readonly family: Family;
  readonly shape: ModelShape | undefined;
  readonly graphs: readonly GraphChoice[];
  /** Bytes of the model's files. */
  readonly size: number;
  readonly licence: string | undefined;
  /** Of the store, its record and whether it is whole. */
  readonly stored?: StoredModel;
}

/** Where to look. */
export interface Places {
  /** The extension's store. */
  readonly store: string;
  /** The folder that holds the embedded models. */
  readonly embedded: string;
  /** Folders, or .onnx files in them, that the user named. */
  readonly chosen?: readonly string[];
}

/** Everything that is on this machine. */
export interface Inventory {
  readonly models: readonly FoundModel[];
  /** Models of the store that are on their way. */
  readonly incomplete: readonly StoredModel[];
  readonly quarantined: readonly QuarantinedModel[];
}

/** Looks through all places. What can't be read as a model is left out. */
export async function takeInventory({ store, embedded, chosen = [] }: Places): Promise<Inventory> {
  const stored = await storedModels(store);
  const models: FoundModel[] = [];
  for (const folder of await foldersIn(embedded)) {
    const model = await readModel(folder, path.basename(folder), 'embedded');
    if (model) models.push(model);
  }
  for (const model of stored.filter(({ complete }) => complete)) {
    const found = await readModel(model.folder, model.id, 'store');
    if (found) models.push({ ...found, licence: model.record.licence ?? found.licence, stored: model });
  }
  models.push(...(await cachedModels()));
  for (const name of chosen) {
    const folder = name.endsWith('.onnx') ? path.dirname(name).replace(/[\\/]onnx$/, '') : name;
    if (models.some((model) => samePath(model.folder, folder))) continue;
    const model = await readModel(folder, path.basename(folder), 'chosen');
    if (model) models.push(model);
  }
  return {
    models,
    incomplete: stored.filter(({ complete }) => !complete),
    quarantined: await quarantinedModels(store),
  };
}

function samePath(one: string, other: string): boolean {
  return path.resolve(one) === path.resolve(other);
}

/** The store of the command line, where VS Code's own storage isn't known. */
export function defaultStore(): string {
  const { HEADLIGHT_STORE: named, XDG_DATA_HOME: data, LOCALAPPDATA: local } = process.env;
  if (named) return path.resolve(named);
  if (process.platform === 'win32')
    return path.join(local ?? path.join(os.homedir(), 'AppData', 'Local'), 'headlight', 'models');
  if (process.platform === 'darwin')
    return path.join(os.homedir(), 'Library', 'Application Support', 'headlight', 'models');
  return path.join(data ?? path.join(os.homedir(), '.local', 'share'), 'headlight', 'models');
}

/** Models of the user's Hugging Face cache (HF_HUB_CACHE, HF_HOME): of each repository the newest snapshot. */
async function cachedModels(): Promise<FoundModel[]> {
  const models: FoundModel[] = [];
  for (const repository of await foldersIn(getHFHubCachePath())) {
    const id = repositoryOf(path.basename(repository));
    if (id === undefined) continue;
    const main = await fs.readFile(path.join(repository, 'refs', 'main'), 'utf8').catch(() => '');
    const snapshots = await foldersIn(path.join(repository, 'snapshots'));
    const folder = snapshots.find((snapshot) => path.basename(snapshot) === main.trim()) ?? snapshots.at(-1);
    const model = folder === undefined ? undefined : await readModel(folder, id, 'cache');
    if (model) models.push(model);
  }
  return models;
}

/** A model folder in Hugging Face's layout; undefined when it isn't one with ONNX files. */
export async function readModel(
  folder: string,
  id: string,
  place: PlaceName,
): Promise<FoundModel | undefined> {
  let config: FamilyConfig & Record<string, unknown>;
  try {
    config = JSON.parse(await fs.readFile(path.join(folder, 'config.json'), 'utf8')) as typeof config;
  } catch {
    return undefined;
  }
  const family = familyOf(config);
  const files: { path: string; size: number }[] = [];
  for (const place of ['', 'onnx']) {
    for (const name of await fs.readdir(path.join(folder, place)).catch(() => [])) {
      // Follows the links of which snapshots of the cache are made; a broken one is a file that isn't there.
      const found = await fs.stat(path.join(folder, place, name)).catch(() => undefined);
      if (found?.isFile()) files.push({ path: place === '' ? name : `${place}/${name}`, size: found.size });
    }
  }
  const graphs = graphChoices(files, family.name);
  if (graphs.length === 0) return undefined;
  const common = files.filter(({ path: name }) => belongsToModel(name));
  return {
    id,
    place,
    folder,
    family,
    shape: shapeOf(config),
    graphs,
    size: [...common, ...graphs.flatMap((graph) => graph.files)].reduce((sum, { size }) => sum + size, 0),
    licence: await licenceIn(folder),
  };
}

/** The licence that a model card names. */
async function licenceIn(folder: string): Promise<string | undefined> {
  const card = await fs.readFile(path.join(folder, 'README.md'), 'utf8').catch(() => '');
  return /^---\n[\s\S]*?^license:\s*(\S+)/m.exec(card)?.[1];
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await fs.readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
}
