/**
 * Decoders with their weights laid out anew, kept on disk: in a folder for each source file `graph.onnx`,
 * `weights.bin` and `record.json`. Made again when the source's size or time changes. A cache that can't be read or
 * written is no error: the source itself is used then.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { TensorProtoSchema, type ModelProto } from '../gen/onnx_pb';
import { modelBytes, type StubModel } from '../modelFile';
import { layOut } from './blockWeights';
import { writeDecodeGraph } from './decodeGraph';
import type { Gpt2 } from './gpt2';
import type { Linear } from './linear';
import { isExternal, tensorBytes, WeightFile } from './weightFile';
import { create } from '@bufbuild/protobuf';

/** Raised when what is written here changes. */
const version = 3;

/**
 * Bytes of int8 weights from which on another layout is worth its place on disk: a model of 8 MB, whose weights stay
 * in the processor's cache, gained nothing.
 */
const worthLayingOut = 16e6;

const fileNames = { graph: 'graph.onnx', weights: 'weights.bin', record: 'record.json' };

interface CacheRecord {
  readonly version: number;
  readonly source: { readonly path: string; readonly size: number; readonly modified: number };
  /** Size of the weights' file, which tells whether it is whole. */
  readonly weights: number;
  readonly shape: DecoderShape;
}

export interface DecoderShape {
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  /** Whether all weights are float32, so that activations aren't quantised. */
  readonly isFloat: boolean;
}

export function shapeOf(parts: Gpt2): DecoderShape {
  const { heads, headSize, blocks } = parts;
  const isFloat = linears(parts).every(({ form }) => form === 'float');
  return { layers: blocks.length, heads, headSize, isFloat };
}

/** A decoder from the cache. */
export interface CachedDecoder {
  readonly shape: DecoderShape;
  /** The model; its weights are in `folder`. */
  readonly bytes: Uint8Array;
  readonly folder: string;
}

/** The user's cache folder, by the operating system's custom. */
export function defaultCacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
  home: string = os.homedir(),
): string {
  const { HEADLIGHT_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (HEADLIGHT_CACHE) return HEADLIGHT_CACHE;
  if (platform === 'win32') return path.join(LOCALAPPDATA ?? path.join(home, 'AppData/Local'), 'headlight');
  if (platform === 'darwin') return path.join(home, 'Library/Caches/headlight');
  return path.join(XDG_CACHE_HOME ?? path.join(home, '.cache'), 'headlight');
}

/** Where the decoder of a source file is kept below a cache folder. */
export function decoderFolder(cache: string, file: string): string {
  const name = createHash('sha256').update(realpathSync(file)).digest('hex').slice(0, 24);
  return path.join(cache, 'decoders', name);
}

/** Bytes that are kept on disk for a source file. */
export function cachedBytes(cache: string, file: string): number {
  const folder = decoderFolder(cache, file);
  return Object.values(fileNames).reduce(
    (sum, name) => sum + (statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** The decoder that was kept for a source file, if the file is still the same. */
export function readCachedDecoder(cache: string, file: string): CachedDecoder | undefined {
  try {
    const folder = decoderFolder(cache, file);
    const record = JSON.parse(readFileSync(path.join(folder, fileNames.record), 'utf8')) as CacheRecord;
    const { path: source, size, modified } = sourceOf(file);
    const same =
      record.version === version &&
      record.source.path === source &&
      record.source.size === size &&
      record.source.modified === modified &&
      record.weights === statSync(path.join(folder, fileNames.weights)).size;
    if (!same) return undefined;
    return { shape: record.shape, bytes: readFileSync(path.join(folder, fileNames.graph)), folder };
  } catch {
    return undefined;
  }
}

/**
 * Lays a decoder's weights out anew and keeps it.
 * @param leastBytes fewer weights than this stay as they are
 * @returns undefined where there is nothing to lay out, or where the cache can't be written
 */
export function cacheDecoder(
  cache: string,
  file: string,
  parts: Gpt2,
  stub: StubModel,
  leastBytes: number = worthLayingOut,
): CachedDecoder | undefined {
  const bytes = linears(parts).reduce(
    (sum, { form, inputs, outputs }) => (form === 'dynamic' ? sum + inputs * outputs : sum),
    0,
  );
  if (bytes === 0 || bytes < leastBytes) return undefined;
  const folder = decoderFolder(cache, file);
  const fresh = `${folder}.${process.pid}`;
  try {
    mkdirSync(fresh, { recursive: true });
    const weights = new WeightFile(path.join(fresh, fileNames.weights));
    let kept: Gpt2;
    let model: ModelProto;
    try {
      kept = laidOut(parts, stub, weights);
      model = writeDecodeGraph(kept);
      // All weights in one folder: ONNX Runtime takes them from one, and the cache may lie on another drive.
      for (const [place, tensor] of model.graph!.initializer.entries())
        if (isExternal(tensor) && !isIn(tensor, fileNames.weights)) {
          const moved = weights.add(
            tensor.dataType,
            tensor.dims.map(Number),
            tensorBytes(tensor, stub.folder),
          );
          model.graph!.initializer[place] = create(TensorProtoSchema, { ...moved, name: tensor.name });
        }
    } finally {
      weights.close();
    }
    const graph = modelBytes(model);
    const shape = shapeOf(kept);
    const record: CacheRecord = { version, source: sourceOf(file), weights: weights.bytes, shape };
    writeFileSync(path.join(fresh, fileNames.graph), graph);
    writeFileSync(path.join(fresh, fileNames.record), JSON.stringify(record));
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    return { shape, bytes: graph, folder };
  } catch {
    discard(fresh);
    return undefined;
  }
}

/** Half-made decoders that are older than this, in milliseconds, are nobody's any more. */
const abandoned = 3600_000;

/**
 * Removes decoders whose source is gone, such as a removed model's, and what a killed process left half-made.
 * @returns bytes that were freed
 */
export function removeOrphans(cache: string): number {
  const all = path.join(cache, 'decoders');
  let freed = 0;
  for (const name of namesIn(all)) {
    const folder = path.join(all, name);
    if (!isOrphan(folder)) continue;
    for (const file of namesIn(folder))
      freed += statSync(path.join(folder, file), { throwIfNoEntry: false })?.size ?? 0;
    discard(folder);
  }
  return freed;
}

function isOrphan(folder: string): boolean {
  try {
    const { source } = JSON.parse(readFileSync(path.join(folder, fileNames.record), 'utf8')) as CacheRecord;
    return !existsSync(source.path);
  } catch {
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    return Date.now() - made > abandoned;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function discard(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // It couldn't be made either.
  }
}

function laidOut(parts: Gpt2, stub: StubModel, weights: WeightFile): Gpt2 {
  const lay = (linear: Linear): Linear =>
    linear.form !== 'dynamic'
      ? linear
      : layOut(
          linear,
          (tensor) => tensorBytes(tensor, stub.folder),
          (dataType, dims, data) => weights.add(dataType, dims, data),
        );
  return {
    ...parts,
    blocks: parts.blocks.map((block) => ({
      ...block,
      attentionIn: lay(block.attentionIn),
      attentionOut: lay(block.attentionOut),
      networkIn: lay(block.networkIn),
      networkOut: lay(block.networkOut),
    })),
    head: lay(parts.head),
  };
}

function linears(parts: Gpt2): Linear[] {
  return [
    parts.head,
    ...parts.blocks.flatMap((block) => [
      block.attentionIn,
      block.attentionOut,
      block.networkIn,
      block.networkOut,
    ]),
  ];
}

function isIn(tensor: { externalData: { key: string; value: string }[] }, file: string): boolean {
  return tensor.externalData.some(({ key, value }) => key === 'location' && value === file);
}

function sourceOf(file: string): CacheRecord['source'] {
  const real = realpathSync(file);
  const { size, mtimeMs } = statSync(real);
  return { path: real, size, modified: mtimeMs };
}
