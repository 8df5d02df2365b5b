/** Hashes as the Hub records them: SHA-256 of files kept in LFS, git's blob SHA-1 of the others. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

export interface FileHash {
  readonly algorithm: 'sha256' | 'git-sha1';
  /** Lower-case hexadecimal digits. */
  readonly digest: string;
}

/** Starts a hash; git puts a header with the size before a blob's bytes. */
export function startHash(algorithm: FileHash['algorithm'], size: number): Hash {
  return algorithm === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** The digest of a file as it lies on the disk. Rejects with the file system's error, or the signal's reason. */
export async function hashFile(
  file: string,
  algorithm: FileHash['algorithm'],
  signal?: AbortSignal,
): Promise<string> {
  const hash = startHash(algorithm, (await stat(file)).size);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, ...(signal && { signal }) }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
