/** Adding a model from the Hub: what it consists of, asked first; then its files, each checked before it is named. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { listed, saidOf, say, type Message, type MessageValue } from '../core/message';
import { familyOf, taskNames, type Family, type FamilyConfig } from '../core/families';
import { belongsToModel, graphChoices, type GraphChoice } from '../core/graphFiles';
import { describeRepository, readSmallFile, type HubFile, type HubRepository } from './hub';
import type { HubAccess } from './hubRequest';
import { ModelProblem } from './problem';
import { readRecord, writeRecord, type ModelRecord, type RecordedFile } from './record';
import { parseRepositoryId, pathWithin } from './repository';
import { ModelPlace, quarantine } from './store';
import { fetchedBytes, transfer } from './transfer';

/** What a repository has to offer, before anything is fetched but its config. */
export interface Offer {
  readonly repository: HubRepository;
  readonly config: FamilyConfig & Record<string, unknown>;
  readonly family: Family;
  /** The graphs by precision; the first is the one to take when the user has no wish. */
  readonly graphs: readonly GraphChoice<HubFile>[];
  /** The files that go with every graph. */
  readonly common: readonly HubFile[];
}

/**
 * What a repository offers.
 * @param typed a repository's id as a user types it
 * @throws ModelProblem, saying why the model can't be had or used; EngineError `cancelled`
 */
export async function readOffer(access: HubAccess, typed: string, signal?: AbortSignal): Promise<Offer> {
  const id = parseRepositoryId(typed);
  const repository = await describeRepository(access, id, signal);
  // A name that leads out of the store condemns the whole repository.
  for (const { path: name } of repository.files) if (isWanted(name)) pathWithin('/', name);
  const configFile = repository.files.find(({ path: name }) => name === 'config.json');
  if (!configFile)
    throw unusable(id, say`it has no config.json, so it holds no model in Hugging Face's layout`);
  const config = parseConfig(id, await readSmallFile(access, repository, configFile, signal));
  const family = familyOf(config);
  const graphs = graphChoices(repository.files, family.name);
  if (graphs.length === 0) throw withoutOnnx(repository);
  if (!repository.files.some(({ path: name }) => name === 'tokenizer.json'))
    throw unusable(id, say`it has no tokenizer.json, so its text can't be split into tokens`);
  return {
    repository,
    config,
    family,
    graphs,
    common: repository.files.filter(({ path: name }) => belongsToModel(name)),
  };
}

function isWanted(name: string): boolean {
  return belongsToModel(name) || /\.onnx([._]data(_\d+)?)?$/.test(name);
}

function parseConfig(id: string, bytes: Buffer): FamilyConfig & Record<string, unknown> {
  try {
    const config = JSON.parse(bytes.toString('utf8')) as unknown;
    if (typeof config === 'object' && config !== null && !Array.isArray(config))
      return config as FamilyConfig & Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw unusable(id, say`its config.json isn't a JSON object`);
}

/** What to do about a model that is there, but not in a form that the engine reads. */
function withoutOnnx({ id, files }: HubRepository): ModelProblem {
  const isForPyTorch = files.some(({ path: name }) => /\.safetensors$|^pytorch_model.*\.bin$/.test(name));
  const command = `optimum-cli export onnx --model ${id} ${id.split('/').at(-1)!}`;
  return new ModelProblem(
    'no-onnx',
    isForPyTorch
      ? say`"${id}" can't be used as it is: it has no ONNX file, only weights for PyTorch.
          Look for a conversion of it, for example by Xenova or onnx-community,
          or convert it with Hugging Face's Optimum ("${command}") and use Add Model from Folder or Zip.`
      : say`"${id}" can't be used as it is: it has no ONNX file.
          Look for a conversion of it, for example by Xenova or onnx-community.`,
    isForPyTorch ? { command } : {},
  );
}

function unusable(id: string, why: Message): ModelProblem {
  return new ModelProblem('unusable', say`"${id}" can't be used: ${why}. Choose another repository.`);
}

/** The tasks of a family as they read in a sentence. */
export function tasksOf(family: Family): MessageValue {
  return listed(family.tasks.map((task) => taskNames[task]));
}

/** How far a model has come. */
export interface AddProgress {
  /** Bytes on the disk and in all. */
  readonly done: number;
  readonly total: number;
  /** The file that is coming. */
  readonly file?: string;
  /** What is waited for, when something is. */
  readonly waiting?: Message;
}

export interface AddOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: AddProgress) => void;
  /**
   * Looks into a fetched .onnx file and what is beside it before the model counts as installed; when that throws,
   * it goes into quarantine with the error's message.
   */
  readonly inspect?: (graphFile: string) => Promise<unknown>;
}

/** The files that one choice of a model consists of. */
export function filesOf(offer: Offer, graph: GraphChoice<HubFile>): readonly HubFile[] {
  return [...offer.common, ...graph.files];
}

/**
 * Fetches what is missing of a model into the store. A model that has another precision keeps it.
 * @returns the record of the whole model, and its folder
 * @throws ModelProblem, EngineError `cancelled`; what was fetched by then is kept for the next try
 */
export async function addModel(
  store: string,
  access: HubAccess,
  offer: Offer,
  graph: GraphChoice<HubFile>,
  { signal, onProgress, inspect }: AddOptions = {},
): Promise<{ record: ModelRecord; folder: string }> {
  const { id, commit, licence } = offer.repository;
  const place = new ModelPlace(store, id);
  const wanted = filesOf(offer, graph);
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  const said = (done: number, more: Partial<AddProgress> = {}): void =>
    onProgress?.({ done, total, ...more });

  return place.exclusively(
    async (held) => {
      const before = await readRecord(place.record);
      // Another precision stays; of an older commit only what is the same in this one.
      const kept = (before?.files ?? []).filter(
        (file) =>
          before?.commit === commit ||
          offer.repository.files.some(
            (other) => other.path === file.path && other.hash.digest === file.hash.digest,
          ),
      );
      const files: RecordedFile[] = [
        ...wanted.map(({ path: name, size, hash }) => ({ path: name, size, hash })),
        ...kept.filter((file) => !wanted.some(({ path: name }) => name === file.path)),
      ];
      const record: ModelRecord = {
        format: 1,
        id,
        source: 'hub',
        endpoint: access.endpoint,
        commit,
        ...(licence !== undefined && { licence }),
        added: Date.now(),
        files,
      };
      await demandSpace(place, commit, wanted);
      await writeRecord(place.plan, record);
      if (before) await reuse(place, before, commit, files);

      let done = 0;
      for (const file of wanted) {
        await transfer({
          access: { ...access, onWait: (why) => said(done, { file: file.path, waiting: why }) },
          repository: id,
          commit,
          file,
          partials: place.partials,
          target: place.file(commit, file.path),
          signal: held,
          onBytes: (bytes) => said(done + bytes, { file: file.path }),
        });
        done += file.size;
      }
      said(total);
      const folder = place.snapshot(commit);
      const added = graph.files.map(({ path: name }) => place.file(commit, name));
      try {
        await inspectOrQuarantine(place, added, before && added, inspect);
      } catch (error) {
        // What was there before stays as it is; what came is in quarantine.
        if (before && error instanceof ModelProblem) {
          if (before.commit !== commit) await fs.rm(folder, { recursive: true, force: true });
          await fs.rm(place.partials, { recursive: true, force: true });
        }
        throw error;
      }
      await writeRecord(place.record, record);
      await fs.rm(place.plan, { force: true });
      await fs.rm(place.partials, { recursive: true, force: true });
      // What an older commit had is not part of this model any more.
      if (before && before.commit !== commit)
        await fs.rm(place.snapshot(before.commit), { recursive: true, force: true });
      return { record, folder };
    },
    { signal, onWait: () => said(0, { waiting: say`Another window is fetching this model` }) },
  );
}

/**
 * Has a graph looked into; when it can't be read, it is put away with the reason.
 * @param added the .onnx file, then its external data
 * @param put files or folders to put away; undefined for all there is of the model
 */
export async function inspectOrQuarantine(
  place: ModelPlace,
  added: readonly string[],
  put: readonly string[] | undefined,
  inspect: AddOptions['inspect'],
): Promise<void> {
  try {
    await inspect?.(added[0]!);
  } catch (error) {
    // Only what is wrong with the files themselves; an engine that can't start says nothing about them.
    if ((error as { code?: unknown }).code !== 'model') throw error;
    const reason = saidOf(error);
    const away = await quarantine(place, reason, put);
    throw new ModelProblem(
      'unusable',
      say`"${place.id}" arrived whole but can't be used: ${reason} It was put into quarantine ("${away}") and is never loaded.`,
      { cause: error },
    );
  }
}

/** Takes over from an older commit the files that are the same in this one. */
async function reuse(
  place: ModelPlace,
  before: ModelRecord,
  commit: string,
  wanted: readonly RecordedFile[],
): Promise<void> {
  if (before.commit === commit) return;
  for (const file of wanted) {
    const same = before.files.find(({ hash }) => hash.digest === file.hash.digest);
    if (!same) continue;
    const target = place.file(commit, file.path);
    await fs.mkdir(path.dirname(target), { recursive: true });
    const copy = `${target}.${process.pid}.tmp`;
    await fs.copyFile(place.file(before.commit, same.path), copy);
    await fs.rename(copy, target);
  }
}

/** Bytes to spare beyond the files themselves, for records and the file system's own needs. */
const spare = 1 << 20;

/** Throws `disk-full` when what is missing doesn't fit. */
async function demandSpace(place: ModelPlace, commit: string, wanted: readonly HubFile[]): Promise<void> {
  let missing = 0;
  for (const file of wanted) {
    const there = await fs.stat(place.file(commit, file.path)).catch(() => undefined);
    missing +=
      there?.size === file.size ? 0 : file.size - Math.max(0, await fetchedBytes(place.partials, file));
  }
  await demandFree(place.store, missing);
}

/** Throws `disk-full` unless `bytes` fit on the disk of `folder`. */
export async function demandFree(folder: string, bytes: number): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  const { bavail, bsize } = await fs.statfs(folder);
  const free = bavail * bsize;
  if (bytes === 0 || bytes + spare <= free) return;
  throw new ModelProblem(
    'disk-full',
    say`The model needs ${megabytes(bytes)} more and the disk of "${folder}" has ${megabytes(free)} free.
      Make room, or choose a smaller precision; what was fetched is kept.`,
  );
}

/** `12.3 MB`, or `713 bytes` and `75 kB` for what is small; a megabyte is a million bytes, as on the Hub. */
export function megabytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e5) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}
