/** Opening a stock .onnx file: read as a stub, edited in memory, run from the original file's weights. */
import { EngineError } from '../../protocol/engine';
import { findAttentions } from './attention';
import { convertLikeOutput, exposeValues } from './expose';
import type { ModelProto } from './gen/onnx_pb';
import { GraphIndex, graphInputs, graphOutputs, type TensorInfo } from './graph';
import { hoistWithPastBranch } from './mergedDecoder';
import { modelBytes, readStub, readWhole } from './modelFile';
import { findAppended, findPastKeyValues, type LayerCache } from './pastKeyValues';
import { defaultThreads, loadRuntime, type Runtime } from './platform';
import { openSession, type Session } from './session';

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
  const offer = editModel(stub.model, file);
  try {
    return {
      ...offer,
      session: await openSession(runtime, modelBytes(stub.model), { threads, folder: stub.folder }),
    };
  } catch (error) {
    if (isTheModelsFault(error)) throw cantOpen(file, error);
    // A file system that can't be mapped, or a path that ONNX Runtime doesn't take: weights from memory work there.
    return openWhole(runtime, file, threads);
  }
}

async function openWhole(runtime: Runtime, file: string, threads: number): Promise<OpenedGraph> {
  const { model, externalData } = await readWhole(file);
  const offer = editModel(model, file);
  try {
    return { ...offer, session: await openSession(runtime, modelBytes(model), { threads, externalData }) };
  } catch (error) {
    throw cantOpen(file, error);
  }
}

/** Makes attentions and new keys and values outputs of the model, and says what it offers then. */
export function editModel(model: ModelProto, file: string): GraphOffer {
  const graph = model.graph!;
  hoistWithPastBranch(graph);
  const inputs = graphInputs(graph);
  const outputs = graphOutputs(graph);
  const attention = findAttentions(model);
  const pastKeyValues = findPastKeyValues(graph, file);

  const wanted = new Map(attention.probabilities.map((value, layer) => [value, `attentions.${layer}`]));
  const index = new GraphIndex(graph);
  const appended = pastKeyValues.map((layer) => ({
    key: findAppended(index, layer.pastKey, layer.presentKey),
    value: findAppended(index, layer.pastValue, layer.presentValue),
  }));
  const newValues: { key: string; value: string }[] = [];
  appended.forEach(({ key, value }, layer) => {
    if (!key || !value) return;
    const names = { key: `new.${layer}.key`, value: `new.${layer}.value` };
    const values = {
      key: convertLikeOutput(graph, key, names.key),
      value: convertLikeOutput(graph, value, names.value),
    };
    wanted.set(values.key, names.key);
    wanted.set(values.value, names.value);
    newValues.push(values);
  });
  const names = exposeValues(graph, wanted);
  const newKeyValues = newValues.map(({ key, value }) => ({
    key: names.get(key)!,
    value: names.get(value)!,
  }));

  return {
    inputs,
    outputs,
    attentions: attention.probabilities.map((value) => names.get(value)!),
    ...(attention.reason === undefined ? {} : { noAttentionReason: attention.reason }),
    ...(newKeyValues.length > 0 && newKeyValues.length === pastKeyValues.length ? { newKeyValues } : {}),
    pastKeyValues,
  };
}

function isTheModelsFault(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /INVALID_GRAPH|NOT_IMPLEMENTED|Unsupported model IR version|opset|not a registered function/i.test(
    message,
  );
}

function cantOpen(file: string, error: unknown): EngineError {
  const message = error instanceof Error ? error.message : String(error);
  return new EngineError(
    'model',
    `ONNX Runtime can't open "${file}": ${message.trim()} ` +
      `Download the file again, or choose another export of the model.`,
    error instanceof Error ? error.stack : undefined,
  );
}
