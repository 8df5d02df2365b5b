import * as fs from 'node:fs/promises';
import { refusal, type Task } from '../../core/families';
import { EngineError, type ModelStatus } from '../../protocol/engine';
import { openCausalGraph, openGraph, type OpenedGraph } from '../onnx/openModel';
import { findGraphFile } from '../onnx/modelFiles';
import { CausalModel } from './causalModel';
import { EncoderModel } from './encoderModel';
import { readModelFolder, type ModelFolder } from './modelFolder';
import { openTokenizer, type Tokenizer } from './tokenizer';

interface Opened {
  readonly folder: ModelFolder;
  readonly tokenizer: Tokenizer;
  readonly graph: OpenedGraph;
  /** The .onnx file that was opened. */
  readonly file: string;
}

/** An opened model, ready to run. */
export type Model = Opened & ({ kind: 'causal'; net: CausalModel } | { kind: 'encoder'; net: EncoderModel });
export type OpenCausal = Extract<Model, { kind: 'causal' }>;
export type OpenEncoder = Extract<Model, { kind: 'encoder' }>;

/** A model and the milliseconds that were spent opening it: 0 when it was open. */
export interface Lease<M extends Model = Model> {
  readonly model: M;
  readonly loadMs: number;
}

/** The models that are open, by folder; each is opened once and kept until it is closed. */
export class ModelStore {
  #models = new Map<string, Promise<Model>>();

  constructor(
    private readonly options: {
      threads?: number | undefined;
      /** Folder for what is made of models' files to run them faster; without one, files are used as they are. */
      cache?: string | undefined;
      onLoading?: (name: string) => void;
      onUse?: (name: string) => void;
    } = {},
  ) {}

  /**
   * Opens the model in `folder` for `task`.
   * @throws EngineError `unsupported` when its family can't do the task, `model` when a file is at fault
   */
  async open(folder: string, task: Task): Promise<Lease> {
    const started = performance.now();
    let opening = this.#models.get(folder);
    const wasOpen = opening !== undefined;
    if (!opening) {
      // Refuse before the weights are read.
      const description = await readModelFolder(folder);
      refuseUnless(description, task);
      this.options.onLoading?.(description.name);
      opening = this.#open(description);
      this.#models.set(folder, opening);
      // A failure isn't kept: the file may be mended before the next try.
      opening.catch(() => this.#models.delete(folder));
    }
    const model = await opening;
    refuseUnless(model.folder, task);
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

  /** Closes every model and gives its memory back; returns their names. */
  async closeAll(): Promise<string[]> {
    const open = await this.#settled();
    this.#models.clear();
    for (const model of open) await model.graph.session.release();
    return open.map((model) => model.folder.name);
  }

  async status(): Promise<ModelStatus[]> {
    return (await this.#settled()).map((model) => ({ model: model.folder.name, file: model.file }));
  }

  async #settled(): Promise<Model[]> {
    const results = await Promise.allSettled(this.#models.values());
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  async #open(folder: ModelFolder): Promise<Model> {
    const causal = folder.family.name === 'causal';
    const file = await findGraphFile(folder.path, { causal });
    const tokenizer = await openTokenizer(folder.path);
    const { threads, cache } = this.options;
    const graph = await (causal
      ? openCausalGraph(file, { threads, cache })
      : openGraph(file, { threads, pickPositions: true }));
    const opened: Opened = { folder, tokenizer, graph, file };
    if (!causal) return { ...opened, kind: 'encoder', net: new EncoderModel(graph) };
    return {
      ...opened,
      kind: 'causal',
      net: await CausalModel.open(graph, folder.window, (await fs.stat(file)).size),
    };
  }
}

function refuseUnless(folder: ModelFolder, task: Task): void {
  const reason = refusal(folder.family, task, folder.name);
  if (reason) throw new EngineError('unsupported', reason);
}

function wrongKind(model: Model): EngineError {
  return new EngineError('internal', `"${model.folder.name}" was opened as ${model.kind}.`);
}
