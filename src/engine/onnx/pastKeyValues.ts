/**
 * Finding a decoder's cache: the inputs with past keys and values, the outputs with past and new ones, and, where
 * an output is the past with the new ones appended, the new ones alone.
 */
import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import type { GraphProto, NodeProto } from './gen/onnx_pb';
import { graphInputs, intAttribute, type GraphIndex, type TensorInfo } from './graph';

/** One layer's cache by the stock graph's names; arrays are [batch, heads, positions, headSize]. */
export interface LayerCache {
  readonly pastKey: string;
  readonly pastValue: string;
  readonly presentKey: string;
  readonly presentValue: string;
  readonly heads: number;
  readonly headSize: number;
}

/** `past_key_values.0.key`, `past.0.key`, and with `.decoder` in an encoder-decoder, by layer. */
const pastName = /^past(?:_key_values)?\.(\d+)\.(?:decoder\.)?(key|value)$/;
const presentName = /^present(?:_key_values)?\.(\d+)\.(?:decoder\.)?(key|value)$/;

/**
 * The cache's inputs and outputs, by layer, as Hugging Face's exports name them.
 * @throws EngineError `model` when an input has no output or no fixed number of heads
 */
export function findPastKeyValues(graph: GraphProto, file: string): LayerCache[] {
  const inputs = graphInputs(graph);
  const past = byLayer(
    inputs.map(({ name }) => name),
    pastName,
  );
  const present = byLayer(
    graph.output.map(({ name }) => name),
    presentName,
  );
  return [...past]
    .sort(([a], [b]) => a - b)
    .map(([layer, { key: pastKey, value: pastValue }]) => {
      const { key: presentKey, value: presentValue } = present.get(layer) ?? {};
      if (!pastKey || !pastValue || !presentKey || !presentValue)
        throw new EngineError(
          'model',
          say`The cache of "${file}" is incomplete: layer ${layer} lacks one of past key, past value, present key and
            present value. Export the model with optimum's text-generation-with-past.`,
        );
      const dims = inputs.find(({ name }) => name === pastKey)!.dims;
      return { pastKey, pastValue, presentKey, presentValue, ...headsOf(dims, pastKey, file) };
    });
}

function headsOf(dims: TensorInfo['dims'], name: string, file: string): { heads: number; headSize: number } {
  const [, heads, , headSize] = dims;
  if (dims.length !== 4 || typeof heads !== 'number' || typeof headSize !== 'number')
    throw new EngineError(
      'model',
      say`The input "${name}" of "${file}" has the shape [${dims.join(', ')}] and not
        [batch, heads, positions, head size] with fixed heads and head size.
        Export the model with optimum's text-generation-with-past.`,
    );
  return { heads, headSize };
}

function byLayer(names: readonly string[], pattern: RegExp): Map<number, { key?: string; value?: string }> {
  const layers = new Map<number, { key?: string; value?: string }>();
  for (const name of names) {
    const match = pattern.exec(name);
    if (!match) continue;
    const layer = Number(match[1]);
    layers.set(layer, { ...layers.get(layer), [match[2]!]: name });
  }
  return layers;
}

/** A value that holds what a graph appends to its cache. */
export interface Appended {
  /** The new keys or values. */
  readonly value: string;
  /** Conversions of the element type between the cache's Concat and the output; the first comes first. */
  readonly conversions: readonly NodeProto[];
}

/**
 * What the graph appends to `past` to make `present`, if `present` is Concat(past, new) along the positions, but
 * for conversions of the element type on the way in and out.
 */
export function findAppended(index: GraphIndex, past: string, present: string): Appended | undefined {
  const conversions: NodeProto[] = [];
  let node = index.producer(present);
  while (node && isConversion(node)) {
    conversions.unshift(node);
    node = index.producer(node.input[0]!);
  }
  if (node?.opType !== 'Concat' || node.input.length !== 2) return undefined;
  const axis = intAttribute(node, 'axis');
  if (axis !== 2 && axis !== -2) return undefined;
  let first = node.input[0]!;
  for (let before = index.producer(first); before && isConversion(before); before = index.producer(first))
    first = before.input[0]!;
  if (first !== past) return undefined;
  return { value: node.input[1]!, conversions: conversions.filter(({ opType }) => opType === 'Cast') };
}

/** Whether a node hands its only input on; traced code also leaves a Concat of one value. */
function isConversion(node: NodeProto): boolean {
  if (node.opType === 'Concat') return node.input.length === 1;
  return node.opType === 'Cast' || node.opType === 'Identity';
}
