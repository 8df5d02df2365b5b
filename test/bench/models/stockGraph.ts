/**
 * A stock export in another size: the small graphs among the fixtures are what optimum writes for GPT2LMHeadModel
 * and BertForMaskedLM. Given more layers and wider tensors they are what it writes for the real models, node by node.
 */
import { clone } from '@bufbuild/protobuf';
import {
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../../../src/engine/onnx/gen/onnx_pb';
import type { FloatGraph, FloatTensor } from './graphPlan';
import { randomWeights } from './randomWeights';
import type { ModelShape } from './shapes';

/** The layer that is repeated; layer 0 is named in it only as where its input comes from. */
const pattern = 1;

/**
 * Enlarges a stock float32 graph from one shape to another and gives it random weights. Changes `model`.
 * @throws Error when a tensor isn't float32
 */
export function enlarge(model: ModelProto, from: ModelShape, to: ModelShape): FloatGraph {
  const graph = model.graph!;
  const layers = new Layers(graph.node);
  const last = from.layers - 1;
  const times = Array.from({ length: to.layers - 1 }, (_, index) => index + 1);

  const repeat = <T>(items: readonly T[], layerOf: (item: T) => number | undefined, copy: Copy<T>): T[] => {
    let done = false;
    return items.flatMap((item) => {
      const layer = layerOf(item);
      if (layer === undefined || layer === 0) return [copy(item, (name) => layers.outside(name, last, to))];
      if (layer !== pattern || done) return [];
      done = true;
      const repeated = items.filter((candidate) => layerOf(candidate) === pattern);
      return times.flatMap((time) =>
        repeated.map((candidate) => copy(candidate, (name) => layers.renamed(name, time))),
      );
    });
  };

  graph.node = repeat(graph.node, (node) => layers.ofNode(node), copyNode);
  graph.input = repeat(graph.input, ({ name }) => layers.ofValue(name), copyValue);
  graph.output = repeat(graph.output, ({ name }) => layers.ofValue(name), copyValue);
  const initializers = repeat(graph.initializer, ({ name }) => layers.ofValue(name), copyTensor);
  graph.initializer = [];
  graph.valueInfo = [];

  for (const node of graph.node) resizeConstant(node, from, to);
  for (const value of [...graph.input, ...graph.output]) resizeValue(value, from, to);
  const tensors = initializers.map((tensor): FloatTensor => {
    if ((tensor.dataType as DataType) !== DataType.FLOAT)
      throw new Error(`"${tensor.name}" isn't float32: enlarge a graph before it is quantised.`);
    const name = tensor.name;
    const dims = tensor.dims.map((dim) => resized(Number(dim), from, to, /(wpe|position_emb)/.test(name)));
    return { name, dims, values: () => randomWeights(name, dims, to.vocabulary) };
  });
  return { model, tensors };
}

type Copy<T> = (item: T, rename: (name: string) => string) => T;

const copyNode: Copy<NodeProto> = (node, rename) => {
  const copy = clone(NodeProtoSchema, node);
  copy.name = rename(node.name);
  copy.input = node.input.map(rename);
  copy.output = node.output.map(rename);
  return copy;
};

const copyValue: Copy<ValueInfoProto> = (value, rename) => {
  const copy = clone(ValueInfoProtoSchema, value);
  copy.name = rename(value.name);
  return copy;
};

const copyTensor: Copy<TensorProto> = (tensor, rename) => {
  const copy = clone(TensorProtoSchema, tensor);
  copy.name = rename(tensor.name);
  return copy;
};

const layerInName = /(?<=[./](?:h|layer)\.|^(?:past_key_values|present)\.)\d+/;

/** Which layer nodes and values belong to: by their names, nameless constants and weights by who takes them. */
class Layers {
  readonly #values = new Map<string, number | undefined>();

  constructor(nodes: readonly NodeProto[]) {
    for (const node of nodes) {
      const layer = inName(node.name);
      for (const input of node.input) {
        if (inName(input) !== undefined || input.startsWith('/')) continue;
        const known = this.#values.get(input);
        // What two layers take belongs to none.
        const shared = this.#values.has(input) && known !== layer;
        this.#values.set(input, shared ? undefined : layer);
      }
    }
  }

  ofValue(name: string): number | undefined {
    return inName(name) ?? this.#values.get(name);
  }

  ofNode(node: NodeProto): number | undefined {
    return inName(node.name) ?? this.ofValue(node.output[0]!);
  }

  /** A name of the pattern's layer in its copy for another layer; the layer before it becomes the one before that. */
  renamed(name: string, layer: number): string {
    const named = inName(name);
    if (named !== undefined) return name.replace(layerInName, String(layer + named - pattern));
    return this.ofValue(name) === pattern ? `${name}_layer.${layer}` : name;
  }

  /** A name outside of the repeated layers: what follows the small graph's last layer follows the large one's. */
  outside(name: string, last: number, to: ModelShape): string {
    return inName(name) === last ? name.replace(layerInName, String(to.layers - 1)) : name;
  }
}

function inName(name: string): number | undefined {
  const found = layerInName.exec(name);
  return found ? Number(found[0]) : undefined;
}

/** A size in the other shape. `positional` says that it belongs to a table of positions. */
function resized(size: number, from: ModelShape, to: ModelShape, positional = false): number {
  if (positional && size === from.positions) return to.positions;
  if (size === from.vocabulary) return to.vocabulary;
  if (size === from.hidden) return to.hidden;
  if (size === 3 * from.hidden) return 3 * to.hidden;
  if (size === from.intermediate) return to.intermediate;
  if (size === from.hidden / from.heads) return to.hidden / to.heads;
  if (size === from.heads) return to.heads;
  return size;
}

function resizeValue(value: ValueInfoProto, from: ModelShape, to: ModelShape): void {
  for (const dim of value.type?.tensorType?.shape?.dim ?? [])
    if (dim.dimValue > 0n) dim.dimValue = BigInt(resized(Number(dim.dimValue), from, to));
}

/** Shapes, the causal mask, the list of positions and the attention's scale are constants in a stock graph. */
function resizeConstant(node: NodeProto, from: ModelShape, to: ModelShape): void {
  const tensor = node.opType === 'Constant' ? node.attribute[0]?.t : undefined;
  if (!tensor) return;
  const dims = tensor.dims.map(Number);
  const type = tensor.dataType as DataType;
  if (type === DataType.BOOL && dims.at(-1) === from.positions) {
    const mask = new Uint8Array(to.positions ** 2);
    for (let row = 0; row < to.positions; row++)
      mask.fill(1, row * to.positions, row * to.positions + row + 1);
    tensor.dims = [1n, 1n, BigInt(to.positions), BigInt(to.positions)];
    tensor.rawData = mask;
  } else if (type === DataType.INT64 && dims.at(-1) === from.positions) {
    tensor.dims = [1n, BigInt(to.positions)];
    tensor.rawData = new Uint8Array(
      BigInt64Array.from({ length: to.positions }, (_, at) => BigInt(at)).buffer,
    );
  } else if (type === DataType.INT64) {
    const values = new BigInt64Array(Uint8Array.from(tensor.rawData).buffer);
    // The smallest are axes, the largest stands for "to the end".
    const isSize = (value: bigint): boolean => value > 3n && value <= BigInt(Number.MAX_SAFE_INTEGER);
    const sizes = values.map((value) => (isSize(value) ? BigInt(resized(Number(value), from, to)) : value));
    tensor.rawData = new Uint8Array(sizes.buffer);
  } else if (type === DataType.FLOAT && dims.length === 0) {
    const [value] = new Float32Array(Uint8Array.from(tensor.rawData).buffer);
    if (Math.abs(value! - Math.sqrt(from.hidden / from.heads)) < 1e-6)
      tensor.rawData = new Uint8Array(Float32Array.of(Math.sqrt(to.hidden / to.heads)).buffer);
  }
}
