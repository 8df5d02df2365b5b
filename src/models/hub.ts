/** What the Hub says about a repository: its commit, its files with sizes and hashes, its licence, its config. */
import { HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import { saidOf, say, type Message } from '../core/message';
import { EngineError } from '../protocol/engine';
import type { FileHash } from './hashes';
import { startHash } from './hashes';
import { requestWhole, type HubAccess } from './hubRequest';
import { ModelProblem } from './problem';

/** A file of a repository as the Hub records it. */
export interface HubFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly hash: FileHash;
}

/** A repository at one commit. */
export interface HubRepository {
  readonly id: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  readonly licence: string | undefined;
  readonly files: readonly HubFile[];
}

/**
 * Asks the Hub for a repository's newest commit.
 * @throws ModelProblem, or EngineError `cancelled`
 */
export async function describeRepository(
  access: HubAccess,
  id: string,
  signal?: AbortSignal,
): Promise<HubRepository> {
  const ask: typeof fetch = async (input, init) => {
    const what = { repository: id };
    const response = await requestWhole(access, addressOf(input), init ?? {}, { what, signal });
    if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) throw webPage(access, id);
    return response;
  };
  const common = { hubUrl: access.endpoint, fetch: ask };
  try {
    const { name, sha, tags, cardData } = await modelInfo({
      name: id,
      additionalFields: ['sha', 'tags', 'cardData'],
      ...common,
    });
    if (!/^[0-9a-f]{40}$/.test(sha ?? ''))
      throw unexpected(access, id, say`it names no commit ("${String(sha)}")`);
    if (name !== undefined && name.toLowerCase() !== id.toLowerCase() && id.includes('/'))
      throw new ModelProblem('renamed', say`"${id}" is called "${name}" now. Add "${name}" instead.`, {
        newName: name,
      });
    const files: HubFile[] = [];
    const repo = { type: 'model', name: id } as const;
    for await (const { type, path, size, oid, lfs } of listFiles({
      repo,
      recursive: true,
      revision: sha,
      ...common,
    })) {
      if (type !== 'file') continue;
      const hash: FileHash = lfs
        ? { algorithm: 'sha256', digest: lfs.oid.replace(/^sha256:/, '') }
        : { algorithm: 'git-sha1', digest: oid ?? '' };
      const digits = lfs ? 64 : 40;
      const length = lfs?.size ?? size;
      if (
        !new RegExp(`^[0-9a-f]{${digits}}$`).test(hash.digest) ||
        !Number.isSafeInteger(length) ||
        length < 0
      )
        throw unexpected(access, id, say`its record of "${path}" has no hash or size`);
      files.push({ path, size: length, hash });
    }
    return { id, commit: sha, licence: licenceOf(tags, cardData), files };
  } catch (error) {
    if (error instanceof ModelProblem || error instanceof EngineError) throw error;
    if (error instanceof HubApiError) throw new ModelProblem('hub', error.message, { cause: error });
    throw unexpected(access, id, saidOf(error), error);
  }
}

/** The address of a file at a commit. */
export function fileAddress(access: HubAccess, id: string, commit: string, path: string): string {
  return `${access.endpoint}/${id}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * A small text file of a repository, held in memory; its size and hash are checked.
 * @throws ModelProblem, or EngineError `cancelled`
 */
export async function readSmallFile(
  access: HubAccess,
  { id, commit }: Pick<HubRepository, 'id' | 'commit'>,
  file: HubFile,
  signal?: AbortSignal,
): Promise<Buffer> {
  if (file.size > 16 << 20) throw unexpected(access, id, say`its "${file.path}" has ${file.size} bytes`);
  const what = { repository: id, file: file.path };
  const address = fileAddress(access, id, commit, file.path);
  const response = await requestWhole(access, address, {}, { what, signal });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (/^\s*<(!doctype|html)/i.test(bytes.subarray(0, 64).toString('latin1')))
    throw webPage(access, id, file.path);
  const digest = startHash(file.hash.algorithm, bytes.length).update(bytes).digest('hex');
  if (digest !== file.hash.digest) throw damaged(access, id, file, say`its hash is ${digest}`);
  return bytes;
}

/** A page in a file's place: a sign-in page of a network or of a proxy, mostly. */
export function webPage(access: HubAccess, id: string, file?: string): ModelProblem {
  return new ModelProblem(
    'web-page',
    say`Instead of ${file === undefined ? say`the description` : say`"${file}"`} of "${id}" there came a web page, perhaps a network's sign-in page or a proxy's message.
      Open ${access.endpoint}/${id} in a browser to see it, then try again. Nothing of it was kept.`,
  );
}

/** A file that isn't what the Hub's own record says. */
export function damaged(access: HubAccess, id: string, file: HubFile, how: Message): ModelProblem {
  return new ModelProblem(
    'damaged',
    say`"${file.path}" of "${id}" arrived damaged: ${how}, and the record of ${new URL(access.endpoint).host} says
      ${file.size} bytes with the hash ${file.hash.digest}. It was thrown away. Try again; if it happens again,
      a proxy or mirror changes files on their way.`,
  );
}

function unexpected(access: HubAccess, id: string, how: Message | string, cause?: unknown): ModelProblem {
  return new ModelProblem(
    'hub',
    say`${new URL(access.endpoint).host} described "${id}" in an unknown way: ${how}. Check the Hub's address in the settings.`,
    { cause },
  );
}

function addressOf(input: Parameters<typeof fetch>[0]): string {
  return typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
}

function licenceOf(tags: readonly string[] | undefined, card: unknown): string | undefined {
  const named = (card as { license?: unknown } | undefined)?.license;
  if (typeof named === 'string') return named;
  return tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
}
