/**
 * The transfer of one file's body: into a partial file that is continued after a lost connection, a cancel or a
 * crash; a file gets its name only when its length and hash are those of the Hub's record.
 */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { say } from '../core/message';
import { hashFile } from './hashes';
import { damaged, fileAddress, webPage, type HubFile } from './hub';
import {
  patienceOf,
  pause,
  readOrStall,
  request,
  throwIfCancelled,
  unreachable,
  type HubAccess,
} from './hubRequest';
import { ModelProblem } from './problem';

/** Where a file comes from and goes to. */
export interface Transfer {
  readonly access: HubAccess;
  readonly repository: string;
  readonly commit: string;
  readonly file: HubFile;
  /** Folder for partial files; they are named by the file's hash, so the same content is never fetched twice. */
  readonly partials: string;
  /** The file's own place, on the same file system as `partials`. */
  readonly target: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of this file that are on the disk. */
  readonly onBytes?: (bytes: number) => void;
}

/** The partial file of a hash, and beside it the ETag of the answer that it came from. */
export function partialOf(partials: string, file: HubFile): { data: string; etag: string } {
  const data = path.join(partials, `${file.hash.digest}.part`);
  return { data, etag: `${data}.etag` };
}

/** Bytes of a file that earlier tries left behind; at most its size. */
export async function fetchedBytes(partials: string, file: HubFile): Promise<number> {
  const size = await sizeOf(partialOf(partials, file).data);
  return size <= file.size ? size : 0;
}

/**
 * Brings a file to its place; does nothing when it is there with its hash.
 * @throws ModelProblem, after which the partial file is either kept to be continued or gone; EngineError `cancelled`
 */
export async function transfer(job: Transfer): Promise<void> {
  const { file, signal, target, partials } = job;
  await fs.mkdir(path.dirname(target), { recursive: true });
  await fs.mkdir(partials, { recursive: true });
  if ((await sizeOf(target)) === file.size && (await matches(target, file, signal))) {
    job.onBytes?.(file.size);
    return;
  }
  const partial = partialOf(partials, file);
  for (let round = 1; ; round++) {
    const resumed = await fetchBody(job, partial);
    if (await matches(partial.data, file, signal)) break;
    const digest = await hashFile(partial.data, file.hash.algorithm);
    await discard(partial);
    // What was put together from several answers is tried once more in one piece.
    if (!resumed || round > 1) throw damaged(job.access, job.repository, file, say`its hash is ${digest}`);
  }
  await fs.rename(partial.data, target);
  await fs.rm(partial.etag, { force: true });
}

async function matches(file: string, { hash }: HubFile, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await hashFile(file, hash.algorithm, signal)) === hash.digest;
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
}

async function discard(partial: { data: string; etag: string }): Promise<void> {
  await fs.rm(partial.data, { force: true });
  await fs.rm(partial.etag, { force: true });
}

/** Fills the partial file up to the file's size. Returns whether any of it was there before or came in parts. */
async function fetchBody(job: Transfer, partial: { data: string; etag: string }): Promise<boolean> {
  const { access, file, signal } = job;
  const { tries, firstDelay } = patienceOf(access);
  let resumed = false;
  let asked = false;
  for (let barren = 0; ;) {
    throwIfCancelled(signal);
    if ((await sizeOf(partial.data)) > file.size) await discard(partial);
    const before = Math.max(0, await sizeOf(partial.data));
    job.onBytes?.(before);
    // What lay here complete came in an earlier try.
    if (before === file.size && (await exists(partial.data))) return resumed || !asked;
    resumed ||= before > 0;
    asked = true;
    let failure: unknown;
    try {
      await continueBody(job, partial, before);
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof ModelProblem) throw error;
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') throw diskFull(partial.data);
      if (isFileError(error)) throw cantWrite(partial.data, error as NodeJS.ErrnoException);
      failure = error;
    }
    const after = Math.max(0, await sizeOf(partial.data));
    if (after >= file.size) continue;
    // As long as each try brings something there is no need to give up.
    barren = after > before ? 0 : barren + 1;
    if (barren >= tries) throw unreachable(access, failure ?? new Error('the connection ends early'));
    access.onWait?.(say`The connection was lost; trying again`);
    await pause(firstDelay * 2 ** barren, signal);
  }
}

/** One answer's worth: asks for the rest of the file and appends it. */
async function continueBody(
  job: Transfer,
  partial: { data: string; etag: string },
  have: number,
): Promise<void> {
  const { access, repository, commit, file, signal } = job;
  const address = fileAddress(access, repository, commit, file.path);
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (have > 0) {
    headers['range'] = `bytes=${have}-`;
    const etag = await fs.readFile(partial.etag, 'utf8').catch(() => '');
    // If the content behind the address was changed, all of it comes instead of the rest.
    if (etag.startsWith('"')) headers['if-range'] = etag;
  }
  const what = { repository, file: file.path };
  const response = await request(access, address, { headers }, { what, signal, accept: [416] });
  const cancelBody = async (): Promise<void> => response.body?.cancel();

  let start = 0;
  if (response.status === 416) {
    // What is here isn't a beginning of what is there.
    await cancelBody();
    await discard(partial);
    if (have > 0) return;
    throw damaged(access, repository, file, say`the Hub has no such range of it (416)`);
  }
  if (response.status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    const total = range?.[3] === '*' ? file.size : Number(range?.[3]);
    if (!range || Number(range[1]) !== have || total !== file.size) {
      await cancelBody();
      await discard(partial);
      throw damaged(
        access,
        repository,
        file,
        say`the answer holds "${response.headers.get('content-range') ?? 'no range'}"`,
      );
    }
    start = have;
  }
  if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '') && !/\.html?$/.test(file.path)) {
    await cancelBody();
    throw webPage(access, repository, file.path);
  }
  const length = response.headers.get('content-encoding') ? null : response.headers.get('content-length');
  if (length !== null && start + Number(length) !== file.size) {
    await cancelBody();
    throw damaged(access, repository, file, say`the answer announces ${start + Number(length)} bytes`);
  }
  if (start === 0) {
    await fs.rm(partial.etag, { force: true });
    const etag = response.headers.get('etag');
    if (etag) await fs.writeFile(partial.etag, etag);
  }
  await append(job, response, partial, start);
}

async function append(
  job: Transfer,
  response: Response,
  partial: { data: string; etag: string },
  start: number,
): Promise<void> {
  const { access, repository, file, signal } = job;
  const handle = await fs.open(partial.data, start === 0 ? 'w' : 'r+');
  const reader = response.body?.getReader();
  let at = start;
  try {
    if (!reader) return;
    for (;;) {
      const chunk = await readOrStall(reader, patienceOf(access).stall, signal);
      if (!chunk) break;
      if (at === 0) refuseOtherContent(job, chunk);
      if (at + chunk.length > file.size) {
        throw damaged(access, repository, file, say`more bytes came than the file has`);
      }
      for (let written = 0; written < chunk.length;)
        written += (await handle.write(chunk, written, chunk.length - written, at + written)).bytesWritten;
      at += chunk.length;
      job.onBytes?.(at);
    }
    // On the disk before it gets its name: also after a power cut the name means the whole file.
    await handle.sync();
  } catch (error) {
    if (error instanceof ModelProblem) await discard(partial);
    throw error;
  } finally {
    await handle.close();
    await reader?.cancel().catch(() => undefined);
  }
}

/** A pointer or a page in the place of the file, seen by its first bytes. */
function refuseOtherContent({ access, repository, file }: Transfer, chunk: Uint8Array): void {
  const head = Buffer.from(chunk.subarray(0, 256)).toString('latin1');
  if (head.startsWith('version https://git-lfs.github.com/spec/'))
    throw new ModelProblem(
      'pointer',
      say`Instead of "${file.path}" of "${repository}" there came a Git LFS pointer to it: ${new URL(access.endpoint).host}
        is a mirror without the large files. Check the Hub's address in the settings. Nothing of it was kept.`,
    );
  if (/^(\xef\xbb\xbf)?\s*<(!doctype html|html)/i.test(head)) throw webPage(access, repository, file.path);
}

function isFileError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    /^(open|write|fsync|rename|mkdir|unlink)$/.test(String(error.syscall))
  );
}

function diskFull(file: string): ModelProblem {
  return new ModelProblem(
    'disk-full',
    say`The disk of "${path.dirname(file)}" is full. Make room, then add the model again: what was fetched is kept.`,
  );
}

function cantWrite(file: string, error: NodeJS.ErrnoException): ModelProblem {
  return new ModelProblem(
    'disk-full',
    say`"${file}" can't be written: ${error.message}. Check the folder's rights.`,
    {
      cause: error,
    },
  );
}

/** A file's size in bytes; -1 when there is none. */
async function sizeOf(file: string): Promise<number> {
  return fs.stat(file).then(
    ({ size }) => size,
    () => -1,
  );
}

async function exists(file: string): Promise<boolean> {
  return (await sizeOf(file)) >= 0;
}
