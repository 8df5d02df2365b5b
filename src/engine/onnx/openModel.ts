/** Opening a stock .onnx file: read as a stub, edited in memory, run from the original file's weights. */
import { EngineError } from '../../protocol/engine';
import { outOfMemory } from '../model/memoryBudget';
import { findAttentions } from './attention';
import { Additions } from './expose';
import { GraphIndex, graphInputs, graphOutputs, type TensorInfo } from './graph';
import { hoistWithPastBranch } from './mergedDecoder';
import { modelBytes, readStub, readWhole, type ReadModel } from './modelFile';
import { findAppended, findPastKeyValues, type LayerCache } from './pastKeyValues';
import { defaultThreads, loadRuntime, type Runtime } from './platform';
import { openSession, type Session } from './session';
import { refuseUntrusted } from './trust';

/** What a graph offers, by names of inputs and outputs. */
export interface GraphOffer {
  readonly inputs: readonly TensorInfo[];
  /** The stock graph's own outputs. */
  readonly outputs: readonly TensorInfo[];
  /**
   * Outputs with the attention probabilities of each layer, [batch, heads, queries, keys]; empty when there are
   * none to be had.
   */
  readonly attentions: readonly string[];
  /** Why there are no attentions, in plain words. */
  readonly noAttentionReason?: string;
  /**
   * Outputs with the new keys and values alone, by layer; undefined when the graph doesn't make its cache by
   * appending to the past.
   */
  readonly newKeyValues?: readonly { key: string; value: string }[];
  /** The cache by layer; empty for a graph without one. */
  readonly pastKeyValues: readonly LayerCache[];
}

/** A stock graph, opened. */
export interface OpenedGraph extends GraphOffer {
  readonly session: Session;
}

/**
 * Opens a .onnx file. The file isn't changed; its weights are read from it where they lie.
 * @param options.threads threads of a run; by default the physical cores less one
 * @throws EngineError `model` when the file is at fault, `platform` where ONNX Runtime doesn't run
 */
export async function openGraph(file: string, options: { threads?: number } = {}): Promise<OpenedGraph> {
  const stub = readStub(file);
  const runtime = await loadRuntime();
  const threads = options.threads ?? defaultThreads();
  if (stub === undefined) return openWhole(runtime, file, threads);
  refuseUntrusted(stub.model, file);
  const { offer, bytes } = editModel(stub, file);
  try {
    return { ...offer, session: await openSession(runtime, bytes, { threads, folder: stub.folder }) };
  } catch (error) {
    if (isTheModelsFault(error)) throw cantOpen(file, error);
    // Weights in memory would take more of what is lacking.
    if (outOfMemory(error)) throw error;
    // A file system that can't be mapped, or a path that ONNX Runtime doesn't take: weights from memory work there.
    return openWhole(runtime, file, threads);
  }
}

async function openWhole(runtime: Runtime, file: string, threads: number): Promise<OpenedGraph> {
  const whole = await readWhole(file);
  refuseUntrusted(whole.model, file);
  const { offer, bytes } = editModel(whole, file);
  try {
    return {
      ...offer,
      session: await openSession(runtime, bytes, { threads, externalData: whole.externalData }),
    };
  } catch (error) {
    throw outOfMemory(error) ? error : cantOpen(file, error);
  }
}

/** Makes attentions and new keys and values outputs of the model, and says what it offers then. */
export function editModel(
  { model, bytes }: ReadModel,
  file: string,
): { offer: GraphOffer; bytes: Uint8Array } {
  const graph = model.graph!;
  const changed = hoistWithPastBranch(graph);
  const additions = new Additions(graph);

  const { probabilities, reason } = findAttentions(model);
  for (const value of probabilities) additions.expose(value);

  const pastKeyValues = findPastKeyValues(graph, file);
  const newKeyValues: { key: string; value: string }[] = [];
  const index = new GraphIndex(graph);
  pastKeyValues.forEach((layer, number) => {
    const key = findAppended(index, layer.pastKey, layer.presentKey);
    const value = findAppended(index, layer.pastValue, layer.presentValue);
    if (!key || !value) return;
    newKeyValues.push({
      key: additions.exposeAppended(key, `headlight.new.${number}.key`),
      value: additions.exposeAppended(value, `headlight.new.${number}.value`),
    });
  });

  const offer: GraphOffer = {
    inputs: graphInputs(graph),
    outputs: graphOutputs(graph),
    attentions: probabilities,
    ...(reason === undefined ? {} : { noAttentionReason: reason }),
    ...(newKeyValues.length > 0 && newKeyValues.length === pastKeyValues.length ? { newKeyValues } : {}),
    pastKeyValues,
  };
  return { offer, bytes: additions.appendTo(changed ? modelBytes(model) : bytes) };
}

/** Whether weights from memory would fail in the same way. */
function isTheModelsFault(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /invalid (model|graph)|type error|no op registered|not a registered|not implemented|IR version|opset/i.test(
    message,
  );
}

function cantOpen(file: string, error: unknown): EngineError {
  const message = error instanceof Error ? error.message : String(error);
  return new EngineError(
    'model',
    `ONNX Runtime can't open "${file}": ${message.trim().replace(/\.$/, '')}. ` +
      `Download the file again, or choose another export of the model.`,
    error instanceof Error ? error.stack : undefined,
  );
}
