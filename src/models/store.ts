/**
 * The extension's own store of models, in the layout of Hugging Face's cache but with plain files:
 *
 *   models--owner--name/
 *     headlight.json            the record of the whole model; there is no model without it
 *     headlight.fetching.json   the plan of one that is being fetched
 *     snapshots/<commit>/       the files by their names
 *     partial/<hash>.part       what has arrived of a file
 *   quarantine/                 models that can't be read, with the reason; never loaded
 */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { lock } from 'proper-lockfile';
import { say, type Message } from '../core/message';
import { cancelled, pause, throwIfCancelled } from './hubRequest';
import { ModelProblem } from './problem';
import { planName, readRecord, recordName, writeRecord, type ModelRecord } from './record';
import { parseRepositoryId, pathWithin, repositoryFolder } from './repository';

/** A model of the store, whole or on its way. */
export interface StoredModel {
  readonly id: string;
  /** The folder that the engine opens. */
  readonly folder: string;
  readonly record: ModelRecord;
  /** False while files of its plan are missing. */
  readonly complete: boolean;
  /** Bytes of it on the disk, partial files included. */
  readonly bytes: number;
}

/** A model that was put away because it can't be read. */
export interface QuarantinedModel {
  readonly id: string;
  readonly folder: string;
  readonly reason: Message | string;
}

/** The paths of a model in a store. */
export class ModelPlace {
  readonly folder: string;

  /** @param store the store's folder */
  constructor(
    readonly store: string,
    readonly id: string,
  ) {
    this.folder = path.join(store, repositoryFolder(parseRepositoryId(id)));
  }

  get record(): string {
    return path.join(this.folder, recordName);
  }

  get plan(): string {
    return path.join(this.folder, planName);
  }

  get partials(): string {
    return path.join(this.folder, 'partial');
  }

  snapshot(commit: string): string {
    return path.join(this.folder, 'snapshots', commit);
  }

  /** Where a file of a snapshot lies; throws for a name that leads out of it. */
  file(commit: string, name: string): string {
    return pathWithin(this.snapshot(commit), name);
  }

  /**
   * Runs `work` while no other window or process changes this model.
   * @param onWait called when another one has it
   * @throws EngineError `cancelled` when the signal is aborted while waiting
   */
  async exclusively<T>(
    work: (signal: AbortSignal) => Promise<T>,
    { signal, onWait }: { signal?: AbortSignal | undefined; onWait?: (() => void) | undefined } = {},
  ): Promise<T> {
    const locks = path.join(this.store, '.locks');
    await fs.mkdir(locks, { recursive: true });
    const lost = new AbortController();
    const options = {
      // The model's folder may not be there yet, and is gone after it was removed.
      realpath: false,
      lockfilePath: path.join(locks, `${path.basename(this.folder)}.lock`),
      stale: 10_000,
      update: 2000,
      onCompromised: () => lost.abort(),
    };
    let release: () => Promise<void>;
    for (;;) {
      throwIfCancelled(signal);
      try {
        release = await lock(this.folder, options);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
        onWait?.();
        await pause(250, signal);
      }
    }
    try {
      return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
    } catch (error) {
      if (lost.signal.aborted && !signal?.aborted)
        throw new ModelProblem(
          'busy',
          say`Another window took over "${this.id}" while this one stood still. Try again: what was fetched is kept.`,
          { cause: error },
        );
      throw signal?.aborted ? cancelled() : error;
    } finally {
      await release().catch(() => undefined);
    }
  }
}

/** Every model of a store, whole or not, by name. A store that doesn't exist is empty. */
export async function storedModels(store: string): Promise<StoredModel[]> {
  const models: StoredModel[] = [];
  for (const name of await namesIn(store)) {
    const folder = path.join(store, name);
    const record = await readRecord(path.join(folder, recordName));
    const plan = await readRecord(path.join(folder, planName));
    const shown = record ?? plan;
    if (!shown || repositoryFolder(shown.id) !== name) continue;
    models.push({
      id: shown.id,
      folder: path.join(folder, 'snapshots', shown.commit),
      record: shown,
      complete: record !== undefined,
      bytes: await bytesIn(folder),
    });
  }
  return models.sort((a, b) => a.id.localeCompare(b.id));
}

/** The models in quarantine, with the reasons. */
export async function quarantinedModels(store: string): Promise<QuarantinedModel[]> {
  const quarantine = path.join(store, 'quarantine');
  const models: QuarantinedModel[] = [];
  for (const name of await namesIn(quarantine)) {
    const folder = path.join(quarantine, name);
    try {
      const { id, reason } = JSON.parse(await fs.readFile(path.join(folder, 'reason.json'), 'utf8')) as {
        id: string;
        reason: Message | string;
      };
      models.push({ id, folder, reason });
    } catch {
      models.push({ id: name, folder, reason: say`The reason is not known.` });
    }
  }
  return models;
}

/**
 * Puts a model away, with the reason, so that it is never loaded.
 * @param put only these of its files and folders, which are then no part of it; default: all there is of it
 * @returns the folder in quarantine
 */
export async function quarantine(
  place: ModelPlace,
  reason: Message | string,
  put?: readonly string[],
): Promise<string> {
  const target = path.join(place.store, 'quarantine', `${path.basename(place.folder)}-${Date.now()}`);
  await fs.rm(place.plan, { force: true });
  if (put) {
    await fs.mkdir(target, { recursive: true });
    for (const from of put) await fs.rename(from, path.join(target, path.basename(from)));
    const record = await readRecord(place.record);
    const files = record?.files.filter(({ path: name }) => !put.includes(place.file(record.commit, name)));
    if (record && files && files.length < record.files.length)
      await writeRecord(place.record, { ...record, files });
  } else {
    await fs.mkdir(path.dirname(target), { recursive: true });
    await fs.rm(place.record, { force: true });
    await fs.rename(place.folder, target);
  }
  await fs.writeFile(path.join(target, 'reason.json'), JSON.stringify({ id: place.id, reason }));
  return target;
}

/** Bytes of all files below a folder; links are not followed. */
export async function bytesIn(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await fs.readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const { size } = await fs
      .stat(path.join(entry.parentPath ?? entry.path, entry.name))
      .catch(() => ({ size: 0 }));
    sum += size;
  }
  return sum;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await fs.readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}
