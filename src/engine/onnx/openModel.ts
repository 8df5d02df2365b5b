/** Opening a stock .onnx file: read as a stub, edited in memory, run from the original file's weights. */
import { say, type Message } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import { outOfMemory } from '../model/memoryBudget';
import { findAttentions } from './attention';
import { decodeNames, writeDecodeGraph } from './decoder/decodeGraph';
import {
  cacheDecoder,
  readCachedDecoder,
  shapeOf,
  type CachedDecoder,
  type DecoderShape,
} from './decoder/decoderCache';
import { findGpt2 } from './decoder/gpt2';
import { Additions } from './expose';
import { openFused } from './fusedAttention';
import { GraphIndex, graphInputs, graphOutputs, type TensorInfo } from './graph';
import { inlineFunctions } from './inlineFunctions';
import { hoistBranch, hoistWithPastBranch, type DecoderBranch } from './mergedDecoder';
import { modelBytes, readStub, readWhole, type ReadModel } from './modelFile';
import { findAppended, findPastKeyValues, type LayerCache } from './pastKeyValues';
import { defaultThreads, loadRuntime, type Runtime } from './platform';
import { openSession, type Session } from './session';
import { refuseUntrusted } from './trust';
import { pickWantedPositions } from './wantedPositions';

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
  readonly noAttentionReason?: Message;
  /**
   * Outputs with the new keys and values alone, by layer; undefined when the graph doesn't make its cache by
   * appending to the past.
   */
  readonly newKeyValues?: readonly { key: string; value: string }[];
  /** The cache by layer; empty for a graph without one. */
  readonly pastKeyValues: readonly LayerCache[];
  /**
   * True when the graph rounds its activations to integers by a scale for all that is read in one run: what stands
   * beside a text in a batch changes its result then.
   */
  readonly scalesRunsTogether?: boolean;
  /** Present when the graph was written anew for reading in steps: its inputs and outputs are `decodeNames`. */
  readonly decode?: DecoderShape;
}

/** A stock graph, opened. */
export interface OpenedGraph extends GraphOffer {
  readonly session: Session;
  /**
   * A session that reads many tokens at once faster than `session` does, with the same inputs and outputs: weights
   * laid out for steps are slower there. Opened at the first call; closed with `session`.
   */
  readonly promptSession?: () => Promise<Session | undefined>;
}

/** How a file is opened. */
export interface Edits {
  /** Whether a masked model's graph shall have an input for the positions whose logits are wanted. */
  readonly pickPositions?: boolean;
  /** Which branch of a merged decoder stands alone; `both` leaves it as it is. */
  readonly branch?: DecoderBranch | 'both';
}

/**
 * Opens a .onnx file. The file isn't changed; its weights are read from it where they lie.
 * @param options.threads threads of a run; by default the physical cores less one
 * @param options.pickPositions where that can be
 * @param options.branch by default the one with past
 * @throws EngineError `model` when the file is at fault, `platform` where ONNX Runtime doesn't run
 */
export async function openGraph(
  file: string,
  options: { threads?: number | undefined } & Edits = {},
): Promise<OpenedGraph> {
  const stub = readStub(file);
  const runtime = await loadRuntime();
  const threads = options.threads ?? defaultThreads();
  if (stub === undefined) return openWhole(runtime, file, threads, options);
  refuseUntrusted(stub.model, file);
  const { offer, bytes } = editModel(stub, file, options);
  try {
    return { ...offer, session: await openSession(runtime, bytes, { threads, folder: stub.folder }) };
  } catch (error) {
    if (isTheModelsFault(error)) throw cantOpen(file, error);
    // Weights in memory would take more of what is lacking.
    if (outOfMemory(error)) throw error;
    // A file system that can't be mapped, or a path that ONNX Runtime doesn't take: weights from memory work there.
    return openWhole(runtime, file, threads, options);
  }
}

/**
 * Opens a causal model's .onnx file for reading in steps: written anew where its parts are recognised, else as
 * `openGraph` does.
 * @param options.cache folder for weights that are laid out anew; without one, they are used as they are
 * @param options.leastBytes bytes of weights from which on that is done
 * @throws EngineError as `openGraph`
 */
export async function openCausalGraph(
  file: string,
  options: { threads?: number | undefined; cache?: string | undefined; leastBytes?: number } = {},
): Promise<OpenedGraph> {
  const threads = options.threads ?? defaultThreads();
  const decoder = findDecoder(file, options.cache, options.leastBytes);
  if (!decoder) return openGraph(file, { threads });
  const runtime = await loadRuntime();
  let session: Session;
  try {
    const { bytes, folder } = decoder;
    session = await openSession(runtime, bytes, { threads, folder });
  } catch {
    return openGraph(file, { threads });
  }
  const offer = decoderOffer(decoder.shape);
  if (!decoder.isLaidOut) return { ...offer, session };

  let prompts: Promise<Session | undefined> | undefined;
  const openPrompts = async (): Promise<Session | undefined> => {
    const stock = findDecoder(file, undefined);
    return stock && openSession(runtime, stock.bytes, { threads, folder: stock.folder });
  };
  return {
    ...offer,
    // Without it, prompts are read by the session for steps.
    promptSession: () => (prompts ??= openPrompts().catch(() => undefined)),
    session: {
      run: (feeds, fetches) => session.run(feeds, fetches),
      release: async () => {
        await (await prompts)?.release();
        await session.release();
      },
    },
  };
}

/** The graph written anew for reading in steps, if the model's parts are recognised. */
function findDecoder(
  file: string,
  cache: string | undefined,
  leastBytes?: number,
): (CachedDecoder & { isLaidOut: boolean }) | undefined {
  const cached = cache === undefined ? undefined : readCachedDecoder(cache, file);
  if (cached) return { ...cached, isLaidOut: true };
  const stub = readStub(file);
  if (!stub) return undefined;
  refuseUntrusted(stub.model, file);
  const graph = stub.model.graph!;
  hoistWithPastBranch(graph);
  const parts = findGpt2(graph, findPastKeyValues(graph, file));
  if (!parts) return undefined;
  const fresh = cache === undefined ? undefined : cacheDecoder(cache, file, parts, stub, leastBytes);
  if (fresh) return { ...fresh, isLaidOut: true };
  const bytes = modelBytes(writeDecodeGraph(parts));
  return { shape: shapeOf(parts), bytes, folder: stub.folder, isLaidOut: false };
}

function decoderOffer(shape: DecoderShape): GraphOffer {
  return {
    inputs: [],
    outputs: [],
    attentions: Array.from({ length: shape.layers }, (_, layer) => decodeNames.attention(layer)),
    pastKeyValues: [],
    decode: shape,
  };
}

async function openWhole(
  runtime: Runtime,
  file: string,
  threads: number,
  edits: Edits,
): Promise<OpenedGraph> {
  const whole = await readWhole(file);
  refuseUntrusted(whole.model, file);
  const { offer, bytes } = editModel(whole, file, edits);
  try {
    return {
      ...offer,
      session: await openSession(runtime, bytes, { threads, externalData: whole.externalData }),
    };
  } catch (error) {
    throw outOfMemory(error) ? error : cantOpen(file, error);
  }
}

/** Operators that choose the scale of their input's integers by looking at the whole input. */
const dynamicallyQuantized = new Set([
  'DynamicQuantizeLinear',
  'DynamicQuantizeMatMul',
  'DynamicQuantizeLSTM',
]);

/** Makes attentions and new keys and values outputs of the model, and says what it offers then. */
export function editModel(
  { model, bytes }: ReadModel,
  file: string,
  { pickPositions = false, branch = 'with-past' }: Edits = {},
): { offer: GraphOffer; bytes: Uint8Array } {
  const graph = model.graph!;
  const inlined = inlineFunctions(model);
  const hoisted = branch !== 'both' && hoistBranch(graph, branch);
  const picked = pickPositions && pickWantedPositions(graph);
  const opened = openFused(graph);
  const isChanged = inlined || hoisted || picked || opened.size > 0;
  const additions = new Additions(graph);

  const { probabilities, reason } = findAttentions(model, opened);
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
    scalesRunsTogether: graph.node.some(({ opType }) => dynamicallyQuantized.has(opType)),
  };
  return {
    offer,
    bytes: additions.appendTo(isChanged ? modelBytes(model) : bytes),
  };
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
    say`ONNX Runtime can't open "${file}": ${message.trim().replace(/\.$/, '')}.
      Download the file again, or choose another export of the model.`,
    error instanceof Error ? error.stack : undefined,
  );
}
