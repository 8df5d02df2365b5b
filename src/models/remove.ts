/** Removing a model from the store: its files and nothing else. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { say } from '../core/message';
import { ModelProblem } from './problem';
import { readRecord } from './record';
import { ModelPlace, storedModels, type QuarantinedModel } from './store';

/**
 * Removes a model of the store, whole or half-fetched.
 * @returns bytes that were freed, and files that lay in its folder without being part of it, which stay
 * @throws ModelProblem `not-installed`
 */
export async function removeModel(store: string, id: string): Promise<{ freed: number; left: string[] }> {
  const place = new ModelPlace(store, id);
  const model = (await storedModels(store)).find((stored) => stored.id === id);
  if (!model)
    throw new ModelProblem(
      'not-installed',
      say`"${id}" isn't in Headlight's store, so there is nothing to remove. Models of the Hugging Face cache and
        of your own folders are not touched.`,
    );
  return place.exclusively(async () => {
    const { bytes } = model;
    // The record goes first: from then on there is no model, whatever happens in between.
    const records = [await readRecord(place.record), await readRecord(place.plan)];
    await fs.rm(place.record, { force: true });
    for (const record of records)
      for (const file of record?.files ?? [])
        await fs.rm(place.file(record!.commit, file.path), { force: true });
    await fs.rm(place.plan, { force: true });
    await fs.rm(place.partials, { recursive: true, force: true });
    await removeEmptyFolders(place.folder);
    const left = (await fs.readdir(place.folder, { withFileTypes: true, recursive: true }).catch(() => []))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
    return { freed: bytes, left };
  });
}

/** Removes a model that was put into quarantine. */
export async function removeQuarantined(store: string, model: QuarantinedModel): Promise<void> {
  if (path.dirname(model.folder) !== path.join(store, 'quarantine'))
    throw new Error(`${model.folder} isn't in quarantine`);
  await fs.rm(model.folder, { recursive: true, force: true });
}

async function removeEmptyFolders(folder: string): Promise<void> {
  for (const entry of await fs.readdir(folder, { withFileTypes: true }).catch(() => []))
    if (entry.isDirectory()) await removeEmptyFolders(path.join(folder, entry.name));
  // Fails for a folder that isn't empty, which then stays.
  await fs.rmdir(folder).catch(() => undefined);
}
