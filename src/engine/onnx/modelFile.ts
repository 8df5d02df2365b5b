/**
 * Reading .onnx files. A file's weights stay in the file: what is read is a "stub", the same model in which each
 * large initializer is external data that points into the original file. ONNX Runtime then takes the weights from
 * there itself. Files on disk are never written.
 */
import { realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type GraphProto,
  type ModelProto,
  type TensorProto,
} from './gen/onnx_pb';
import { subgraphsOf } from './graph';
import { WireError, WireFile, WireKind, type WireField } from './wireFile';

/** Initializers of more bytes than this stay in the file. */
const stubThreshold = 1024;

/** A model, read and as bytes. */
export interface ReadModel {
  readonly model: ModelProto;
  readonly bytes: Uint8Array;
}

/** A model whose large initializers are external data below `folder`. */
export interface StubModel extends ReadModel {
  /** Absolute path of the folder that the initializers' locations are relative to. */
  readonly folder: string;
}

/** A model with all its weights in memory: those of the .onnx file inside, those of other files beside it. */
export interface WholeModel extends ReadModel {
  /** Contents of the files that the initializers name, by location. */
  readonly externalData: readonly { path: string; data: Uint8Array }[];
}

/**
 * Reads a .onnx file of any size without its weights.
 * @returns undefined when its weights lie on several drives, so that no one folder holds them all
 * @throws EngineError `model`, naming the file and what to do, when it isn't a whole ONNX file
 */
export function readStub(file: string): StubModel | undefined {
  const own = realPath(file);
  const ownName = path.basename(own);
  const bytes = copyWithoutWeights(file, ownName);
  const model = parse(file, bytes);
  const elsewhere = externalTensors(model.graph!)
    .map((tensor) => ({ tensor, location: entry(tensor, 'location') ?? '' }))
    .filter(({ location }) => location !== ownName)
    .map(({ tensor, location }) => ({ tensor, source: resolveData(file, tensor, location) }));
  if (elsewhere.length === 0) return { model, bytes, folder: path.dirname(own) };

  const folder = commonFolder([own, ...elsewhere.map(({ source }) => source)]);
  if (folder === undefined) return undefined;
  const relative = (source: string): string => path.relative(folder, source).split(path.sep).join('/');
  for (const tensor of externalTensors(model.graph!))
    if (entry(tensor, 'location') === ownName) setEntry(tensor, 'location', relative(own));
  for (const { tensor, source } of elsewhere) setEntry(tensor, 'location', relative(source));
  return { model, bytes: modelBytes(model), folder };
}

/**
 * Reads a .onnx file with its weights.
 * @throws EngineError as {@link readStub}
 */
export async function readWhole(file: string): Promise<WholeModel> {
  // The walk finds what is wrong with a file and says it better than a parser.
  copyWithoutWeights(file, '');
  const bytes = await readFile(file);
  const model = parse(file, bytes);
  const sources = new Map<string, string>();
  for (const tensor of externalTensors(model.graph!)) {
    const location = entry(tensor, 'location') ?? '';
    sources.set(location, resolveData(file, tensor, location));
  }
  const externalData: { path: string; data: Uint8Array }[] = [];
  for (const [location, source] of sources)
    externalData.push({ path: location, data: await readFile(source) });
  return { model, bytes, externalData };
}

/** The model as ONNX Runtime reads it. */
export function modelBytes(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

// --- the walk ---------------------------------------------------------------------------------------------

/** What to do with a message's fields: descend by the rules of the message in it, or take the weights out. */
type Rules = Map<number, Rules | 'initializer'>;

const graphRules: Rules = new Map();
const attributeRules: Rules = new Map([
  [6, graphRules],
  [11, graphRules],
]);
const nodeRules: Rules = new Map([[5, attributeRules]]);
graphRules.set(1, nodeRules).set(5, 'initializer');
const modelRules: Rules = new Map([[7, graphRules]]);

const tensorFields = { rawData: 9 };

/** The model's bytes, with its large initializers as external data in the file `location`. */
function copyWithoutWeights(file: string, location: string): Uint8Array {
  let source: WireFile;
  try {
    source = new WireFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    refuseOtherFormats(source);
    const writer = new BinaryWriter();
    copyMessage(source, 0, source.size, modelRules, location, writer);
    return writer.finish();
  } catch (error) {
    if (error instanceof WireError) throw brokenFile(source, error);
    throw error instanceof EngineError ? error : unreadable(file, error);
  } finally {
    source.close();
  }
}

function copyMessage(
  source: WireFile,
  start: number,
  end: number,
  rules: Rules,
  location: string,
  writer: BinaryWriter,
): void {
  for (const field of source.fields(start, end)) {
    const rule = field.kind === WireKind.lengthDelimited ? rules.get(field.number) : undefined;
    if (rule === undefined || field.end - field.valueStart <= stubThreshold) {
      writer.raw(source.bytes(field.start, field.end));
    } else if (rule === 'initializer') {
      writer.tag(field.number, WireType.LengthDelimited).bytes(tensorStub(source, field, location));
    } else {
      writer.tag(field.number, WireType.LengthDelimited).fork();
      copyMessage(source, field.valueStart, field.end, rule, location, writer);
      writer.join();
    }
  }
}

/** The TensorProto in `field`, its raw data replaced by their place. */
function tensorStub(source: WireFile, field: WireField, location: string): Uint8Array {
  const writer = new BinaryWriter();
  let data: WireField | undefined;
  for (const part of source.fields(field.valueStart, field.end)) {
    if (part.number === tensorFields.rawData) data = part;
    else writer.raw(source.bytes(part.start, part.end));
  }
  // Weights in the typed fields have another layout than external data, so they stay.
  if (data === undefined) return source.bytes(field.valueStart, field.end);
  const place = create(TensorProtoSchema, {
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: location },
      { key: 'offset', value: String(data.valueStart) },
      { key: 'length', value: String(data.end - data.valueStart) },
    ],
  });
  return writer.raw(toBinary(TensorProtoSchema, place)).finish();
}

function parse(file: string, bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw notOnnx(file, error instanceof Error ? error.message : String(error));
  }
  if (model.graph === undefined || model.graph.node.length === 0) throw notOnnx(file, 'it holds no graph');
  return model;
}

// --- external data ----------------------------------------------------------------------------------------

/** Initializers of a graph and of the graphs inside its nodes whose data lie in a file. */
function externalTensors(graph: GraphProto): TensorProto[] {
  const own = graph.initializer.filter((tensor) => tensor.dataLocation === TensorProto_DataLocation.EXTERNAL);
  return [...own, ...graph.node.flatMap(subgraphsOf).flatMap(externalTensors)];
}

function entry(tensor: TensorProto, key: string): string | undefined {
  return tensor.externalData.find((candidate) => candidate.key === key)?.value;
}

function setEntry(tensor: TensorProto, key: string, value: string): void {
  const found = tensor.externalData.find((candidate) => candidate.key === key);
  if (found) found.value = value;
  else tensor.externalData.push(create(StringStringEntryProtoSchema, { key, value }));
}

/** The real path of the file in which `tensor`'s data lie; it holds them all. */
function resolveData(file: string, tensor: TensorProto, location: string): string {
  const folder = path.dirname(path.resolve(file));
  const named = path.resolve(folder, location);
  const relative = path.relative(folder, named);
  if (relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative))
    throw new EngineError(
      'model',
      say`"${file}" wants to read its weights from "${location}", outside of its own folder.
        Headlight doesn't do that; get the model from a source you trust.`,
    );
  let size: number;
  try {
    size = statSync(named).size;
  } catch {
    throw new EngineError(
      'model',
      say`"${named}" is missing: it holds the weights of "${file}". Download it into the same folder.`,
    );
  }
  const offset = Number(entry(tensor, 'offset') ?? 0);
  const length = Number(entry(tensor, 'length') ?? 0);
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    refuseOtherFormatsOf(named);
    throw new EngineError(
      'model',
      say`"${named}" is cut off: "${file}" has weights up to byte ${offset + length} of it, and it has ${size} bytes.
        Download it again.`,
    );
  }
  return realPath(named);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The deepest folder that all files are below, if there is one. */
function commonFolder(files: readonly string[]): string | undefined {
  let folder = path.dirname(files[0]!);
  for (const file of files) {
    while (path.relative(folder, file).split(path.sep)[0] === '..') folder = path.dirname(folder);
    if (path.isAbsolute(path.relative(folder, file))) return undefined;
  }
  return folder;
}

// --- what is wrong with a file ----------------------------------------------------------------------------

function refuseOtherFormatsOf(file: string): void {
  const source = new WireFile(file);
  try {
    refuseOtherFormats(source);
  } finally {
    source.close();
  }
}

/** Files that often lie in a model's place: an empty one, a Git LFS pointer, a web page. */
function refuseOtherFormats(source: WireFile): void {
  if (source.size === 0) throw new EngineError('model', say`"${source.path}" is empty. Download it again.`);
  const head = Buffer.from(source.bytes(0, Math.min(source.size, 256))).toString('latin1');
  if (head.startsWith('version https://git-lfs'))
    throw new EngineError(
      'model',
      say`"${source.path}" is only a Git LFS pointer to the model, not the model.
        Run "git lfs pull" in its folder, or download the file itself.`,
    );
  if (/^(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml)/i.test(head))
    throw new EngineError(
      'model',
      say`"${source.path}" is a web page, not a model: the download went to a page about the file.
        Download the file itself.`,
    );
}

function brokenFile(source: WireFile, error: WireError): EngineError {
  // Every exporter writes the format's version first.
  const startsAsOnnx = source.bytes(0, 1)[0] === 0x08;
  if (error.beyondEnd && startsAsOnnx)
    return new EngineError(
      'model',
      say`"${source.path}" is cut off: it has ${source.size} bytes and should have more. Download it again.`,
      error.message,
    );
  return notOnnx(source.path, error.message);
}

function notOnnx(file: string, detail: string): EngineError {
  return new EngineError(
    'model',
    say`"${file}" isn't an ONNX model, or is damaged (${detail}). Download it again, or choose another file.`,
    detail,
  );
}

function unreadable(file: string, error: unknown): EngineError {
  const code = (error as NodeJS.ErrnoException).code;
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'ENOENT') return new EngineError('model', say`"${file}" doesn't exist.`, detail);
  if (code === 'EISDIR')
    return new EngineError(
      'model',
      say`"${file}" is a folder, not an ONNX model. Choose a .onnx file in it.`,
      detail,
    );
  return new EngineError('model', say`"${file}" can't be read: ${detail}.`, detail);
}
