/** Checking a model's files against its record. */
import { hashFile } from './hashes';
import type { ModelRecord } from './record';
import { pathWithin } from './repository';

/** A file that isn't what its record says. */
export interface WrongFile {
  readonly path: string;
  readonly how: 'missing' | 'changed';
}

/**
 * Reads every file of a model and compares its hash.
 * @param onBytes called with the bytes read so far and in all
 * @throws the signal's reason when it is aborted
 */
export async function verifyModel(
  folder: string,
  { files }: ModelRecord,
  { signal, onBytes }: { signal?: AbortSignal; onBytes?: (done: number, total: number) => void } = {},
): Promise<{ checked: number; wrong: WrongFile[] }> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const wrong: WrongFile[] = [];
  let done = 0;
  for (const { path: name, size, hash } of files) {
    try {
      const digest = await hashFile(pathWithin(folder, name), hash.algorithm, signal);
      if (digest !== hash.digest) wrong.push({ path: name, how: 'changed' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      wrong.push({ path: name, how: 'missing' });
    }
    onBytes?.((done += size), total);
  }
  return { checked: files.length, wrong };
}
