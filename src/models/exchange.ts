/** Models without a network: taken from a folder or a .zip file, and given out as one. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as yauzl from 'yauzl';
import { ZipFile } from 'yazl';
import { familyOf } from '../core/families';
import { belongsToModel, graphChoices } from '../core/graphFiles';
import { say, type Message } from '../core/message';
import { demandFree, inspectOrQuarantine, type AddOptions } from './add';
import { hashFile } from './hashes';
import { throwIfCancelled } from './hubRequest';
import { ModelProblem } from './problem';
import {
  parseRecord,
  readRecord,
  recordName,
  writeRecord,
  type ModelRecord,
  type RecordedFile,
} from './record';
import { parseRepositoryId, pathWithin } from './repository';
import { ModelPlace } from './store';

/** A model's files where they come from. */
interface Source {
  readonly files: readonly { path: string; size: number }[];
  open(file: string): Promise<Readable>;
  close(): void;
}

/**
 * Takes a model from a folder in Hugging Face's layout, or from a .zip file that holds one; its files are copied
 * into the store and hashed, against the record where the export of another Headlight is read.
 * @throws ModelProblem, EngineError `cancelled`
 */
export async function importModel(
  store: string,
  from: string,
  { signal, onProgress, inspect }: AddOptions = {},
): Promise<{ record: ModelRecord; folder: string }> {
  const isFolder = (await stat(from)).isDirectory();
  const source = isFolder ? await folderSource(from) : await zipSource(from);
  try {
    const config = source.files.find(({ path: name }) => name === 'config.json');
    if (!config) throw notAModel(from, say`it has no config.json`);
    const text = (await bytesOf(await source.open('config.json'))).toString('utf8');
    const family = familyOf(parseJson(from, text));
    const given = await readGivenRecord(source);
    const graphs = graphChoices(source.files, family.name);
    if (graphs.length === 0) throw notAModel(from, say`it has no ONNX file that could be its graph`);
    const wanted = given
      ? source.files.filter(({ path: name }) => given.files.some((file) => file.path === name))
      : [
          ...source.files.filter(({ path: name }) => belongsToModel(name)),
          ...graphs.flatMap(({ files }) => files),
        ];
    const missing = given?.files.find(({ path: name }) => !wanted.some((file) => file.path === name));
    if (missing) throw notAModel(from, say`its record names "${missing.path}", which isn't there`);
    for (const { path: name } of wanted) pathWithin('/', name);
    const total = wanted.reduce((sum, { size }) => sum + size, 0);
    await demandFree(store, total);

    const id = given?.id ?? localId(from);
    const place = new ModelPlace(store, id);
    return await place.exclusively(
      async (held) => {
        const staging = path.join(place.partials, 'import');
        await fs.rm(staging, { recursive: true, force: true });
        try {
          const files: RecordedFile[] = [];
          let done = 0;
          for (const { path: name, size } of wanted) {
            const target = pathWithin(staging, name);
            await fs.mkdir(path.dirname(target), { recursive: true });
            const counted = (await source.open(name)).on('data', (chunk: Buffer) => {
              onProgress?.({ done: (done += chunk.length), total, file: name });
            });
            await pipeline(counted, createWriteStream(target, { flush: true }), { signal: held });
            files.push(await checkedFile(target, name, size, given, from, held));
          }
          for (const { files: graph } of graphs)
            await inspectOrQuarantine(
              place,
              graph.map(({ path: name }) => pathWithin(staging, name)),
              [staging],
              inspect,
            );
          const commit = given?.commit ?? contentCommit(files);
          const before = await readRecord(place.record);
          // Other precisions of the same model stay.
          const kept =
            before?.commit === commit
              ? before.files.filter(({ path: name }) => !files.some((file) => file.path === name))
              : [];
          const record: ModelRecord = {
            ...(given ?? { format: 1, id, commit }),
            source: isFolder ? 'folder' : 'zip',
            added: Date.now(),
            files: [...files, ...kept],
          };
          // Files get their names once all of them are there and checked.
          for (const { path: name } of files) {
            const target = place.file(commit, name);
            await fs.mkdir(path.dirname(target), { recursive: true });
            await fs.rename(pathWithin(staging, name), target);
          }
          await writeRecord(place.record, record);
          if (before && before.commit !== commit)
            await fs.rm(place.snapshot(before.commit), { recursive: true, force: true });
          return { record, folder: place.snapshot(commit) };
        } finally {
          await fs.rm(staging, { recursive: true, force: true });
          // Both stay where they hold what another try to fetch this model left behind.
          await fs.rmdir(place.partials).catch(() => undefined);
          await fs.rmdir(place.folder).catch(() => undefined);
        }
      },
      { signal },
    );
  } finally {
    source.close();
  }
}

/**
 * Writes a model of the store, with its record, into a new .zip file, or into a new folder when `to` doesn't end in
 * .zip. It appears under its name only when it is whole.
 * @throws ModelProblem, EngineError `cancelled`
 */
export async function exportModel(
  folder: string,
  record: ModelRecord,
  to: string,
  { signal, onProgress }: Pick<AddOptions, 'signal' | 'onProgress'> = {},
): Promise<void> {
  const total = record.files.reduce((sum, { size }) => sum + size, 0);
  await demandFree(path.dirname(to), total);
  const temporary = `${to}.${process.pid}.tmp`;
  const recordText = `${JSON.stringify(record, undefined, 1)}\n`;
  let done = 0;
  try {
    if (/\.zip$/i.test(to)) {
      const zip = new ZipFile();
      for (const { path: name } of record.files) {
        // Weights hardly shrink: what is stored as it is can be read faster.
        zip.addReadStreamLazy(name, { compress: false }, (give) => {
          const file = createReadStream(pathWithin(folder, name));
          file.on('data', (chunk) => onProgress?.({ done: (done += chunk.length), total, file: name }));
          file.on('error', (error) => give(error, file));
          file.on('open', () => give(null, file));
        });
      }
      zip.addBuffer(Buffer.from(recordText), recordName);
      zip.end();
      const failed = new Promise<never>((_, reject) =>
        (zip as unknown as NodeJS.EventEmitter).on('error', reject),
      );
      await Promise.race([
        failed,
        pipeline(zip.outputStream, createWriteStream(temporary), signal ? { signal } : {}),
      ]);
    } else {
      for (const { path: name, size } of record.files) {
        throwIfCancelled(signal);
        const target = pathWithin(temporary, name);
        await fs.mkdir(path.dirname(target), { recursive: true });
        await fs.copyFile(pathWithin(folder, name), target);
        onProgress?.({ done: (done += size), total, file: name });
      }
      await fs.writeFile(path.join(temporary, recordName), recordText);
    }
    await fs.rename(temporary, to);
  } catch (error) {
    await fs.rm(temporary, { recursive: true, force: true });
    throwIfCancelled(signal);
    throw error;
  }
}

async function checkedFile(
  file: string,
  name: string,
  size: number,
  given: ModelRecord | undefined,
  from: string,
  signal: AbortSignal,
): Promise<RecordedFile> {
  const recorded = given?.files.find((other) => other.path === name);
  const algorithm = recorded?.hash.algorithm ?? 'sha256';
  const digest = await hashFile(file, algorithm, signal);
  if (recorded && recorded.hash.digest !== digest)
    throw new ModelProblem(
      'damaged',
      say`"${name}" in "${from}" is damaged: its hash is ${digest} and the record beside it says ${recorded.hash.digest}.
        Nothing was added. Copy or export the model again.`,
    );
  return { path: name, size, hash: { algorithm, digest } };
}

async function stat(from: string) {
  return fs.stat(from).catch((error: NodeJS.ErrnoException) => {
    throw new ModelProblem('missing', say`"${from}" can't be read: ${error.message}. Check the path.`, {
      cause: error,
    });
  });
}

async function folderSource(folder: string): Promise<Source> {
  const entries = await fs.readdir(folder, { withFileTypes: true, recursive: true });
  const files: { path: string; size: number }[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    // Links are followed: a snapshot of the Hugging Face cache is made of them, and the user named this folder.
    const found = await fs.stat(file).catch(() => undefined);
    if (found?.isFile())
      files.push({ path: path.relative(folder, file).split(path.sep).join('/'), size: found.size });
  }
  return {
    files,
    open: (name) => Promise.resolve(createReadStream(path.join(folder, name))),
    close: () => undefined,
  };
}

/** Of a .zip file the folder that holds config.json, whether that is the top or one folder in it. */
async function zipSource(file: string): Promise<Source> {
  let zip: yauzl.ZipFile;
  const entries: yauzl.Entry[] = [];
  try {
    // Checks each name too: none is absolute or climbs.
    zip = await yauzl.openPromise(file, { autoClose: false, lazyEntries: true });
  } catch (error) {
    throw notAModel(file, say`it isn't a whole .zip file (${(error as Error).message})`, error);
  }
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    zip.close();
    throw notAModel(file, say`its list of files can't be read (${(error as Error).message})`, error);
  }
  const link = entries.find((entry) => ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000);
  if (link) {
    zip.close();
    throw new ModelProblem(
      'unsafe',
      say`"${file}" holds a link, "${link.fileName}", which could lead out of the model's folder. Nothing was added.`,
    );
  }
  const config = entries
    .map(({ fileName }) => fileName)
    .filter((name) => /(^|\/)config\.json$/.test(name) && !/(^|\/)onnx\/config\.json$/.test(name));
  const top = (config.sort((a, b) => a.length - b.length)[0] ?? '').replace(/config\.json$/, '');
  const inside = entries.filter(({ fileName }) => fileName.startsWith(top) && !fileName.endsWith('/'));
  return {
    files: inside.map(({ fileName, uncompressedSize }) => ({
      path: fileName.slice(top.length),
      size: uncompressedSize,
    })),
    open: (name) => zip.openReadStreamPromise(inside.find(({ fileName }) => fileName === top + name)!),
    close: () => zip.close(),
  };
}

async function readGivenRecord(source: Source): Promise<ModelRecord | undefined> {
  if (!source.files.some(({ path: name }) => name === recordName)) return undefined;
  try {
    return parseRecord((await bytesOf(await source.open(recordName))).toString('utf8'));
  } catch (error) {
    if (error instanceof ModelProblem) throw error;
    return undefined;
  }
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parseJson(from: string, text: string): object {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw notAModel(from, say`its config.json isn't a JSON object`);
}

/** A name for a model that has none but its folder's or file's. */
function localId(from: string): string {
  const parts = path.resolve(from).split(/[\\/]/);
  const cached = parts.findLast((part) => part.startsWith('models--'));
  const name = cached
    ? cached.slice('models--'.length).replace('--', '/')
    : `local/${
        path
          .basename(from)
          .replace(/\.zip$/i, '')
          .replace(/[^A-Za-z0-9._-]+/g, '-')
          .replace(/-{2,}/g, '-')
          .replace(/^[-.]+|[-.]+$/g, '') || 'model'
      }`;
  return parseRepositoryId(name);
}

/** 40 digits that stand for these files, where there is no commit. */
function contentCommit(files: readonly RecordedFile[]): string {
  const hash = createHash('sha1');
  for (const { path: name, hash: own } of files) hash.update(`${own.digest} ${name}\n`);
  return hash.digest('hex');
}

function notAModel(from: string, why: Message, cause?: unknown): ModelProblem {
  return new ModelProblem(
    'unusable',
    say`"${from}" can't be added: ${why}. Choose a folder, or a .zip file of one, in Hugging Face's layout:
      config.json, tokenizer.json and onnx/model.onnx.`,
    { cause },
  );
}
