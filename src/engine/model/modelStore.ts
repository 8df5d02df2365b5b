import { AsyncLocalStorage } from 'node:async_hooks';
import * as fs from 'node:fs/promises';
import { refusal, type Task } from '../../core/families';
import { EngineError, type ModelStatus } from '../../protocol/engine';
import { openCausalGraph, openGraph, type OpenedGraph } from '../onnx/openModel';
import { findEncoderDecoderFiles, findGraphFile } from '../onnx/modelFiles';
import { isMergedDecoder } from '../onnx/mergedDecoder';
import { CausalModel } from './causalModel';
import { EncoderDecoderModel } from './encoderDecoderModel';
import { EncoderModel } from './encoderModel';
import { estimatedBytes, toClose } from './memoryBudget';
import { folderOf, readModelFolder, type ModelFolder } from './modelFolder';
import { lineFeedTokenizer } from './lineFeedTokenizer';
import { openTokenizer, type Tokenizer } from './tokenizer';

interface Opened {
  readonly folder: ModelFolder;
  readonly tokenizer: Tokenizer;
  /** Of an encoder-decoder, its encoder; closing it closes the decoder too. */
  readonly graph: OpenedGraph;
  /** The .onnx file that was opened. */
  readonly file: string;
  /** Bytes of memory that it takes by estimate, and as seen when it was opened. */
  readonly estimate: number;
  readonly memory: number;
}

/** An opened model, ready to run. */
export type Model = Opened &
  (
    | { kind: 'causal'; net: CausalModel }
    | { kind: 'encoder'; net: EncoderModel }
    | { kind: 'encoder-decoder'; net: EncoderDecoderModel }
  );
export type OpenCausal = Extract<Model, { kind: 'causal' }>;
export type OpenEncoder = Extract<Model, { kind: 'encoder' }>;
export type OpenEncoderDecoder = Extract<Model, { kind: 'encoder-decoder' }>;

/** A model and the milliseconds that were spent opening it: 0 when it was open. */
export interface Lease<M extends Model = Model> {
  readonly model: M;
  readonly loadMs: number;
}

/**
 * The models that are open, by folder, the least recently used first; each is opened once and kept until it is closed
 * or another needs its memory.
 */
export class ModelStore {
  #models = new Map<string, Promise<Model>>();
  /** Those of them whose opening has ended. */
  #opened = new Map<string, Model>();
  /** The models of each piece of work that is under way: they aren't closed. */
  #inUse = new Set<Set<string>>();
  #work = new AsyncLocalStorage<Set<string>>();
  /** When work with a model last ended, by performance.now(). */
  #lastUse = new Map<string, number>();

  constructor(
    private readonly options: {
      threads?: number | undefined;
      /** Folder for what is made of models' files to run them faster; without one, files are used as they are. */
      cache?: string | undefined;
      /** Bytes that the models may take together; by default half of the free memory. */
      budget?: number | undefined;
      /** Reads lines that end as Windows' do as if they ended in a line feed; by default texts are read as they are. */
      lineFeeds?: boolean;
      onLoading?: (name: string) => void;
      onUse?: (name: string) => void;
    } = {},
  ) {}

  /** Folder for what is made of models' files, if there is one. */
  get cache(): string | undefined {
    return this.options.cache;
  }

  /** Runs `work`; the models that it opens stay open until it ends. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const used = new Set<string>();
    this.#inUse.add(used);
    try {
      return await this.#work.run(used, work);
    } finally {
      this.#inUse.delete(used);
      for (const key of used) this.#lastUse.set(key, performance.now());
    }
  }

  /**
   * Opens the model in `folder`, or the .onnx file that it names in one, for `task`.
   * @throws EngineError `unsupported` when its family can't do the task, `model` when a file is at fault,
   *   `memory` when it can't fit into the budget
   */
  async open(folder: string, task: Task): Promise<Lease> {
    const started = performance.now();
    let opening = this.#models.get(folder);
    const wasOpen = opening !== undefined;
    if (!opening) {
      // Refuse before the weights are read.
      const description = await readModelFolder(folderOf(folder));
      refuseUnless(description, task);
      this.options.onLoading?.(description.name);
      opening = this.#open(description, folder);
      this.#models.set(folder, opening);
      // A failure isn't kept: the file may be mended before the next try.
      opening.catch(() => this.#models.delete(folder));
    }
    this.#work.getStore()?.add(folder);
    const model = await opening;
    this.#opened.set(folder, model);
    refuseUnless(model.folder, task);
    // Used last: behind all others.
    if (this.#models.delete(folder)) this.#models.set(folder, opening);
    this.options.onUse?.(model.folder.name);
    return { model, loadMs: wasOpen ? 0 : performance.now() - started };
  }

  async openCausal(folder: string, task: Task): Promise<Lease<OpenCausal>> {
    const lease = await this.open(folder, task);
    if (lease.model.kind !== 'causal') throw wrongKind(lease.model);
    return { model: lease.model, loadMs: lease.loadMs };
  }

  async openEncoder(folder: string, task: Task): Promise<Lease<OpenEncoder>> {
    const lease = await this.open(folder, task);
    if (lease.model.kind !== 'encoder') throw wrongKind(lease.model);
    return { model: lease.model, loadMs: lease.loadMs };
  }

  /** A causal model or an encoder. */
  async openOneGraph(folder: string, task: Task): Promise<Lease<OpenCausal | OpenEncoder>> {
    const lease = await this.open(folder, task);
    if (lease.model.kind === 'encoder-decoder') throw wrongKind(lease.model);
    return { model: lease.model, loadMs: lease.loadMs };
  }

  async openEncoderDecoder(folder: string, task: Task): Promise<Lease<OpenEncoderDecoder>> {
    const lease = await this.open(folder, task);
    if (lease.model.kind !== 'encoder-decoder') throw wrongKind(lease.model);
    return { model: lease.model, loadMs: lease.loadMs };
  }

  /** Closes every model and gives its memory back; returns their names. */
  async closeAll(): Promise<string[]> {
    return this.#close([...this.#models.keys()]);
  }

  /** Closes the models that no work is using; returns their names. */
  async closeIdle(): Promise<string[]> {
    return this.#close([...this.#models.keys()].filter((key) => !this.#isInUse(key)));
  }

  /**
   * Closes the models that no work has used since `time`, by performance.now(), so that one that was used once doesn't
   * stay for as long as another is used; returns their names.
   */
  async closeUnusedSince(time: number): Promise<string[]> {
    const keys = [...this.#opened.keys()].filter((key) => (this.#lastUse.get(key) ?? Infinity) < time);
    return this.#close(keys.filter((key) => !this.#isInUse(key)));
  }

  async status(): Promise<ModelStatus[]> {
    const models = await settled([...this.#models.values()]);
    return models.map(({ folder, file, memory }) => ({
      model: folder.name,
      file,
      folder: folder.path,
      memory,
    }));
  }

  async #close(keys: readonly string[]): Promise<string[]> {
    const closing = keys.flatMap((key) => this.#models.get(key) ?? []);
    for (const key of keys) {
      this.#models.delete(key);
      this.#opened.delete(key);
      this.#lastUse.delete(key);
    }
    const models = await settled(closing);
    for (const model of models) await model.graph.session.release();
    return models.map((model) => model.folder.name);
  }

  #isInUse(key: string): boolean {
    return [...this.#inUse].some((used) => used.has(key));
  }

  /** Closes what has to go for a model of `need` bytes. */
  async #makeRoom(name: string, need: number): Promise<void> {
    const held = [...this.#models.keys()].flatMap((key) => {
      const model = this.#opened.get(key);
      // One that is still being opened isn't closed, and is waited for by the work that opens it.
      return model
        ? [{ key, name: model.folder.name, bytes: model.estimate, inUse: this.#isInUse(key) }]
        : [];
    });
    await this.#close(toClose(name, need, held, this.options.budget));
  }

  async #open(folder: ModelFolder, chosen: string): Promise<Model> {
    if (folder.family.name === 'encoder-decoder') return this.#openEncoderDecoder(folder, chosen);
    const causal = folder.family.name === 'causal';
    const file = await findGraphFile(chosen, { causal });
    const estimate = await estimatedBytes(folder, [file]);
    await this.#makeRoom(folder.name, estimate);
    const before = process.memoryUsage.rss();
    const tokenizer = await this.#openTokenizer(folder);
    const { threads, cache } = this.options;
    const graph = await (causal
      ? openCausalGraph(file, { threads, cache })
      : openGraph(file, { threads, pickPositions: true }));
    const memory = await memoryTaken(before, [file]);
    const opened: Opened = { folder, tokenizer, graph, file, estimate, memory };
    if (!causal)
      return { ...opened, kind: 'encoder', net: new EncoderModel(graph, tokenizer.special.pad?.id) };
    return {
      ...opened,
      kind: 'causal',
      net: await CausalModel.open(graph, folder.window, (await fs.stat(file)).size),
    };
  }

  async #openTokenizer(folder: ModelFolder): Promise<Tokenizer> {
    const tokenizer = await openTokenizer(folder.path);
    return this.options.lineFeeds ? lineFeedTokenizer(tokenizer) : tokenizer;
  }

  async #openEncoderDecoder(folder: ModelFolder, chosen: string): Promise<Model> {
    const files = await findEncoderDecoderFiles(chosen);
    const estimate = await estimatedBytes(folder, Object.values(files) as string[]);
    await this.#makeRoom(folder.name, estimate);
    const before = process.memoryUsage.rss();
    const tokenizer = await this.#openTokenizer(folder);
    const { threads } = this.options;
    const encoder = await openGraph(files.encoder, { threads });
    // Both branches of a merged decoder share their weights, so it is run as it is.
    const decoder = await openGraph(files.decoder, { threads, branch: 'both' });
    const withPast = files.withPast === undefined ? undefined : await openGraph(files.withPast, { threads });
    let plain: Promise<OpenedGraph> | undefined;
    const plainDecoder = (): Promise<OpenedGraph> =>
      (plain ??= isMergedDecoder(decoder.inputs)
        ? openGraph(files.decoder, { threads, branch: 'without-past' })
        : Promise.resolve(decoder));
    const release = async (): Promise<void> => {
      const opened = await plain?.catch(() => undefined);
      for (const one of new Set([encoder, decoder, withPast, opened])) await one?.session.release();
    };
    const memory = await memoryTaken(before, Object.values(files) as string[]);
    const { session } = encoder;
    const graph = { ...encoder, session: { run: session.run.bind(session), release } };
    const graphs = { encoder, decoder, ...(withPast && { withPast }), plainDecoder };
    const net = new EncoderDecoderModel(graphs, folder.window);
    return { folder, tokenizer, graph, file: files.encoder, estimate, memory, kind: 'encoder-decoder', net };
  }
}

/**
 * Bytes that a model takes: by how many the process has grown since it had `before`, but at least its weights, as it may
 * have been given what another model had left free.
 */
async function memoryTaken(before: number, files: readonly string[]): Promise<number> {
  const grown = process.memoryUsage.rss() - before;
  const sizes = await Promise.all(files.map(async (file) => (await fs.stat(file)).size));
  return Math.max(
    grown,
    sizes.reduce((sum, size) => sum + size, 0),
  );
}

async function settled(models: readonly Promise<Model>[]): Promise<Model[]> {
  const results = await Promise.allSettled(models);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function refuseUnless(folder: ModelFolder, task: Task): void {
  const reason = refusal(folder.family, task, folder.name);
  if (reason) throw new EngineError('unsupported', reason, undefined, task);
}

function wrongKind(model: Model): EngineError {
  return new EngineError('internal', `"${model.folder.name}" was opened as ${model.kind}.`);
}
