/** What Headlight writes down about a model in its store: the files it consists of, and where they came from. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { FileHash } from './hashes';
import { parseRepositoryId, pathWithin } from './repository';

/** A file of a model, with the hash that it was checked against. */
export interface RecordedFile {
  /** Relative to the model's folder, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly hash: FileHash;
}

/** A model in the store, or one on its way there. */
export interface ModelRecord {
  readonly format: 1;
  readonly id: string;
  readonly source: 'hub' | 'folder' | 'zip';
  /** The Hub's address, for a model that came from there. */
  readonly endpoint?: string;
  /** The commit on the Hub, or for an import 40 digits of the hash of its files. */
  readonly commit: string;
  readonly licence?: string;
  /** Milliseconds since 1970 in UTC. */
  readonly added: number;
  readonly files: readonly RecordedFile[];
}

/** Names of the record of a whole model, and of the plan of one that is being fetched. */
export const recordName = 'headlight.json';
export const planName = 'headlight.fetching.json';

/** Reads a record; undefined when there is none, or it isn't one. */
export async function readRecord(file: string): Promise<ModelRecord | undefined> {
  try {
    return parseRecord(await fs.readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * A record from its text.
 * @throws ModelProblem for names that lead out of a model's folder; Error for what isn't a record
 */
export function parseRecord(text: string): ModelRecord {
  const record = JSON.parse(text) as ModelRecord;
  if (record.format !== 1 || !Array.isArray(record.files) || !/^[0-9a-f]{40}$/.test(record.commit))
    throw new Error('not a record of a model');
  parseRepositoryId(record.id);
  for (const { path: name, size, hash } of record.files as readonly RecordedFile[]) {
    pathWithin('/', name);
    if (!(size >= 0) || !/^[0-9a-f]+$/.test(hash.digest)) throw new Error('not a record of a file');
  }
  return record;
}

/** Writes a record so that it is there whole or not at all. */
export async function writeRecord(file: string, record: ModelRecord): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await fs.writeFile(temporary, `${JSON.stringify(record, undefined, 1)}\n`, { flush: true });
  await fs.rename(temporary, file);
}
