/**
 * Finding the parts of a GPT-2 decoder (Radford et al. 2019: learned positions, layer normalisation before each
 * part, one product for queries, keys and values) in a stock graph, by its structure from the logits back to the
 * embeddings. Whatever isn't exactly this is left alone: the result is undefined.
 */
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../gen/onnx_pb';
import { GraphIndex, graphInputs, intAttribute, isStandard } from '../graph';
import { findAppended, type LayerCache } from '../pastKeyValues';
import { behind, constantNumber, constantTensor, dimsOf, maker, smallNumbers } from './constants';
import { findLinear, type Linear } from './linear';

/** A table of vectors, and how its rows become float32. */
export interface Embedding {
  /** [rows, size], float32, int8 or uint8. */
  readonly table: TensorProto;
  /** Of a quantised table: one number each. */
  readonly scale?: TensorProto;
  readonly zeroPoint?: TensorProto;
}

export interface Normalization {
  /** [size] */
  readonly scale: TensorProto;
  readonly bias: TensorProto;
  readonly epsilon: number;
}

/** Elementwise nodes from the first to the second linear layer of a block's network. */
export interface Activation {
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, TensorProto>;
  readonly input: string;
  readonly output: string;
}

export interface Block {
  readonly attentionNorm: Normalization;
  /** To queries, keys and values beside one another. */
  readonly attentionIn: Linear;
  /** What the scores are multiplied by. */
  readonly scale: number;
  readonly attentionOut: Linear;
  readonly networkNorm: Normalization;
  readonly networkIn: Linear;
  readonly activation: Activation;
  readonly networkOut: Linear;
}

export interface Gpt2 {
  readonly tokens: Embedding;
  readonly positions: Embedding;
  readonly blocks: readonly Block[];
  readonly finalNorm: Normalization;
  readonly head: Linear;
  readonly heads: number;
  readonly headSize: number;
}

/** Finds the parts of a GPT-2 decoder in float32 with its cache `layers`. */
export function findGpt2(graph: GraphProto, layers: readonly LayerCache[]): Gpt2 | undefined {
  const first = layers[0];
  if (!first || graphInputs(graph).find(({ name }) => name === first.pastKey)?.type !== 'float32')
    return undefined;
  const index = new GraphIndex(graph);
  const { heads, headSize } = first;
  if (layers.some((layer) => layer.heads !== heads || layer.headSize !== headSize)) return undefined;

  const head = findLinear(index, 'logits');
  const finalNorm = head && findNormalization(index, head.input);
  if (!finalNorm) return undefined;
  let stream = finalNorm.input;
  const blocks: Block[] = [];
  for (const layer of [...layers].reverse()) {
    const found = findBlock(index, stream, layer);
    if (!found) return undefined;
    blocks.unshift(found.block);
    stream = found.input;
  }
  const embeddings = findEmbeddings(index, stream);
  if (!embeddings) return undefined;
  return { ...embeddings, blocks, finalNorm: finalNorm.norm, head, heads, headSize };
}

function findBlock(
  index: GraphIndex,
  stream: string,
  layer: LayerCache,
): { block: Block; input: string } | undefined {
  const network = findBranch(index, stream);
  const activation = network && findActivation(index, network.linear.input);
  const networkIn = activation && findLinear(index, activation.input);
  const networkNorm = networkIn && findNormalization(index, networkIn.input);
  if (!networkNorm || behind(index, networkNorm.input) !== behind(index, network.rest)) return undefined;

  const attention = findBranch(index, network.rest);
  const heads = attention && findHeads(index, attention.linear.input, layer);
  const attentionNorm = heads && findNormalization(index, heads.linear.input);
  if (!attentionNorm || behind(index, attentionNorm.input) !== behind(index, attention.rest))
    return undefined;
  return {
    input: attention.rest,
    block: {
      attentionNorm: attentionNorm.norm,
      attentionIn: heads.linear,
      scale: heads.scale,
      attentionOut: attention.linear,
      networkNorm: networkNorm.norm,
      networkIn,
      activation,
      networkOut: network.linear,
    },
  };
}

/** A sum of the stream with what a linear layer adds to it. */
function findBranch(index: GraphIndex, stream: string): { linear: Linear; rest: string } | undefined {
  const node = maker(index, stream);
  if (node?.opType !== 'Add') return undefined;
  for (const [branch, rest] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const linear = findLinear(index, node.input[branch]!);
    if (linear && !index.isConstant(node.input[rest]!)) return { linear, rest: node.input[rest]! };
  }
  return undefined;
}

/** The layer normalisation that makes a value. */
export function findNormalization(
  index: GraphIndex,
  value: string,
): { norm: Normalization; input: string } | undefined {
  const node = maker(index, value);
  if (node?.opType !== 'LayerNormalization') return findUnfusedNormalization(index, node);
  const scale = constantTensor(index, node.input[1] ?? '');
  const bias = constantTensor(index, node.input[2] ?? '');
  const axis = intAttribute(node, 'axis') ?? -1;
  if (!scale || !bias || axis !== -1 || !isFloat(scale) || !isFloat(bias)) return undefined;
  const epsilon = node.attribute.find(({ name }) => name === 'epsilon')?.f ?? 1e-5;
  return { norm: { scale, bias, epsilon }, input: node.input[0]! };
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias, as exports before opset 17 have it. */
function findUnfusedNormalization(
  index: GraphIndex,
  node: NodeProto | undefined,
): { norm: Normalization; input: string } | undefined {
  if (node?.opType !== 'Add') return undefined;
  const [scaled, bias] = withConstant(index, node);
  const product = scaled === undefined ? undefined : index.producer(scaled);
  if (product?.opType !== 'Mul' || !bias) return undefined;
  const [quotient, scale] = withConstant(index, product);
  const division = quotient === undefined ? undefined : index.producer(quotient);
  if (division?.opType !== 'Div' || !scale) return undefined;
  const centred = maker(index, division.input[0]!);
  const root = index.producer(division.input[1]!);
  if (centred?.opType !== 'Sub' || root?.opType !== 'Sqrt') return undefined;
  const sum = index.producer(root.input[0]!);
  if (sum?.opType !== 'Add') return undefined;
  const [variance, small] = withConstant(index, sum);
  const mean = index.producer(centred.input[1]!);
  const spread = variance === undefined ? undefined : index.producer(variance);
  const square = spread && index.producer(spread.input[0]!);
  const epsilon = small && smallNumbers(small)?.[0];
  if (mean?.opType !== 'ReduceMean' || spread?.opType !== 'ReduceMean' || square?.opType !== 'Pow')
    return undefined;
  const squared = maker(index, square.input[0]!);
  const exponent = constantNumber(index, square.input[1]!, () => undefined);
  const sameCentre =
    squared?.opType === 'Sub' && squared.input.every((name, place) => name === centred.input[place]);
  if (!sameCentre || exponent !== 2 || epsilon === undefined || mean.input[0] !== centred.input[0])
    return undefined;
  if (!isFloat(scale) || !isFloat(bias)) return undefined;
  return { norm: { scale, bias, epsilon }, input: centred.input[0]! };
}

/** Of a node with two inputs, the computed one and the constant one. */
function withConstant(index: GraphIndex, node: NodeProto): [string | undefined, TensorProto | undefined] {
  const constants = node.input.map((name) => constantTensor(index, name));
  const place = constants.findIndex((tensor) => tensor !== undefined);
  return place < 0 ? [undefined, undefined] : [node.input[1 - place], constants[place]];
}

const elementwise = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Sqrt', 'Exp', 'Neg', 'Tanh', 'Erf', 'Sigmoid', 'Relu', 'Gelu'],
  ...['FastGelu', 'QuickGelu'],
]);

/** The elementwise nodes between two linear layers. */
export function findActivation(index: GraphIndex, value: string): Activation | undefined {
  const output = behind(index, value);
  const nodes = new Set<NodeProto>();
  const constants = new Map<string, TensorProto>();
  const sources = new Set<string>();
  const visit = (name: string): boolean => {
    if (findLinear(index, name)) {
      sources.add(name);
      return true;
    }
    const constant = constantTensor(index, name);
    if (constant) {
      constants.set(name, constant);
      return dimsOf(constant).every((dim) => dim === 1);
    }
    const node = index.producer(name);
    if (!node || !elementwise.has(node.opType)) return false;
    if (nodes.has(node)) return true;
    // Inputs first, so that the nodes stand in an order in which they can run.
    if (!node.input.every(visit)) return false;
    nodes.add(node);
    return true;
  };
  if (!visit(output) || sources.size !== 1 || nodes.size === 0) return undefined;
  return { nodes: [...nodes], constants, input: [...sources][0]!, output };
}

/** From the heads' results, beside one another, back to the linear layer for queries, keys and values. */
function findHeads(
  index: GraphIndex,
  value: string,
  layer: LayerCache,
): { linear: Linear; scale: number } | undefined {
  const product = transposed(index, value, [0, 2, 1, 3]);
  const results = product === undefined ? undefined : maker(index, product);
  if (results?.opType !== 'MatMul' || !isStandard(results)) return undefined;
  if (behind(index, results.input[1]!) !== behind(index, layer.presentValue)) return undefined;
  const softmax = findSoftmax(index, results.input[0]!);
  const axis = softmax && (intAttribute(softmax, 'axis') ?? -1);
  if (softmax?.opType !== 'Softmax' || (axis !== -1 && axis !== 3)) return undefined;

  const lastDim = (name: string): number | undefined =>
    [layer.presentKey, layer.presentValue, layer.pastKey, layer.pastValue].includes(name) ||
    transposed(index, name, [0, 2, 1, 3]) !== undefined
      ? layer.headSize
      : undefined;
  const scores = findScores(index, softmax.input[0]!, lastDim);
  if (!scores) return undefined;
  const keys = transposed(index, scores.keys, [0, 1, 3, 2]);
  if (keys === undefined || behind(index, keys) !== behind(index, layer.presentKey)) return undefined;

  const newKeys = findAppended(index, layer.pastKey, layer.presentKey);
  const newValues = findAppended(index, layer.pastValue, layer.presentValue);
  if (!newKeys || !newValues) return undefined;
  const parts = [scores.queries, newKeys.value, newValues.value].map((name) => {
    const part = transposed(index, name, [0, 2, 1, 3]);
    return part === undefined ? undefined : behind(index, part);
  });
  const split = parts[0] === undefined ? undefined : index.producer(parts[0]);
  if (split?.opType !== 'Split' || split.output.length !== 3) return undefined;
  if (!split.output.every((name, place) => name === parts[place])) return undefined;
  const splitAxis = intAttribute(split, 'axis');
  const linear = findLinear(index, split.input[0]!);
  const size = layer.heads * layer.headSize;
  if ((splitAxis !== 2 && splitAxis !== -1) || linear?.outputs !== 3 * size) return undefined;
  const sizes = split.input[1] ? constantTensor(index, split.input[1]) : undefined;
  const equal = !split.input[1] || (sizes && smallNumbers(sizes)?.every((part) => part === size));
  return equal ? { linear, scale: scores.scale } : undefined;
}

/** The Softmax behind a value, and behind what PyTorch adds to keep rows without any key from being NaN. */
function findSoftmax(index: GraphIndex, value: string): NodeProto | undefined {
  const node = maker(index, value);
  if (node?.opType !== 'Where') return node;
  const test = maker(index, node.input[0]!);
  const isGuard = test?.opType === 'IsNaN' && behind(index, test.input[0]!) === behind(index, node.input[2]!);
  return isGuard ? maker(index, node.input[2]!) : undefined;
}

/** From the Softmax's input back to the product of queries and keys, through masks and scaling. */
function findScores(
  index: GraphIndex,
  value: string,
  lastDim: (value: string) => number | undefined,
): { queries: string; keys: string; scale: number } | undefined {
  let scale = 1;
  for (let way = 0; way < 16; way++) {
    const node = maker(index, value);
    if (!node) return undefined;
    if (node.opType === 'MatMul' && isStandard(node)) {
      // Some scale the queries and the keys instead of the scores.
      const [queries, keys] = node.input.map(
        (name) => unscaled(index, name, lastDim) ?? { value: name, by: 1 },
      );
      return { queries: queries!.value, keys: keys!.value, scale: scale * queries!.by * keys!.by };
    }
    const inner = unscaled(index, value, lastDim);
    if (inner) {
      scale *= inner.by;
      value = inner.value;
    } else if (node.opType === 'Where') {
      // Where(allowed, score, very little)
      const little = constantNumber(index, node.input[2]!, () => undefined);
      if (little === undefined || little > -1e4) return undefined;
      value = node.input[1]!;
    } else if (node.opType === 'Add') {
      const scores = node.input.filter((name) => !isMask(index, name));
      if (scores.length !== 1) return undefined;
      value = scores[0]!;
    } else return undefined;
  }
  return undefined;
}

/** What was multiplied or divided by a constant number to make a value. */
function unscaled(
  index: GraphIndex,
  value: string,
  lastDim: (value: string) => number | undefined,
): { value: string; by: number } | undefined {
  const node = maker(index, value);
  if (node?.opType !== 'Mul' && node?.opType !== 'Div') return undefined;
  const factor = constantNumber(index, node.input[1]!, lastDim);
  if (factor === undefined || factor === 0) return undefined;
  return { value: node.input[0]!, by: node.opType === 'Div' ? 1 / factor : factor };
}

/** Whether a value is an additive mask: 0 or very little, chosen by a condition or computed from `attention_mask`. */
function isMask(index: GraphIndex, value: string): boolean {
  for (let way = 0; way < 16; way++) {
    const node = maker(index, value);
    if (!node) return false;
    if (node.opType === 'Slice' || node.opType === 'Expand') value = node.input[0]!;
    else if (node.opType === 'Where') {
      const numbers = [1, 2].map((place) => constantNumber(index, node.input[place]!, () => undefined));
      return numbers.includes(0) && numbers.some((number) => number !== undefined && number <= -1e4);
    } else if (node.opType === 'Mul') {
      // (1 - attention_mask) * very little
      const sign = maker(index, node.input[0]!);
      const factor = constantNumber(index, node.input[1]!, () => undefined);
      return (
        sign?.opType === 'Sub' &&
        constantNumber(index, sign.input[0]!, () => undefined) === 1 &&
        behind(index, sign.input[1]!) === 'attention_mask' &&
        factor !== undefined &&
        factor <= -1e4
      );
    } else return false;
  }
  return false;
}

/** What a Transpose by `permutation`, with nodes that only change the shape around it, was given. */
function transposed(index: GraphIndex, value: string, permutation: readonly number[]): string | undefined {
  const node = maker(index, value);
  if (node?.opType !== 'Transpose') return undefined;
  const perm = node.attribute.find(({ name }) => name === 'perm')?.ints.map(Number);
  return perm?.length === 4 && perm.every((axis, place) => axis === permutation[place])
    ? node.input[0]
    : undefined;
}

/** The sum of the embeddings of tokens and positions. */
function findEmbeddings(
  index: GraphIndex,
  stream: string,
): { tokens: Embedding; positions: Embedding } | undefined {
  const sum = maker(index, stream);
  if (sum?.opType !== 'Add') return undefined;
  const found = sum.input.map((name) => findEmbedding(index, name));
  const tokens = found.find((embedding) => embedding && behind(index, embedding.rows) === 'input_ids');
  const positions = found.find((embedding) => embedding && countsPositions(index, embedding.rows));
  return tokens && positions && tokens !== positions
    ? { tokens: tokens.embedding, positions: positions.embedding }
    : undefined;
}

function findEmbedding(index: GraphIndex, value: string): { embedding: Embedding; rows: string } | undefined {
  const node = maker(index, value);
  const dequantize = node?.opType === 'DequantizeLinear' ? node : undefined;
  const gather = dequantize ? index.producer(dequantize.input[0]!) : node;
  if (gather?.opType !== 'Gather' || (intAttribute(gather, 'axis') ?? 0) !== 0) return undefined;
  const table = constantTensor(index, gather.input[0]!);
  if (table?.dims.length !== 2) return undefined;
  const rows = gather.input[1]!;
  if (!dequantize) return isFloat(table) ? { embedding: { table }, rows } : undefined;
  const scale = constantTensor(index, dequantize.input[1]!);
  const zeroPoint = dequantize.input[2] ? constantTensor(index, dequantize.input[2]) : undefined;
  if (!scale || !isFloat(scale) || (dequantize.input[2] && !zeroPoint)) return undefined;
  if (![scale, zeroPoint].every((tensor) => !tensor || dimsOf(tensor).every((dim) => dim === 1)))
    return undefined;
  return { embedding: { table, scale, ...(zeroPoint && { zeroPoint }) }, rows };
}

/** Whether a value counts the positions: the input for it, or a range that starts at the past's length. */
function countsPositions(index: GraphIndex, value: string): boolean {
  const source = behind(index, value);
  if (source === 'position_ids') return true;
  const range = index.producer(source);
  if (range?.opType !== 'Range') return false;
  const start = maker(index, range.input[0]!);
  const shape = start && index.producer(start.input[0]!);
  return start?.opType === 'Gather' && shape?.opType === 'Shape';
}

function isFloat(tensor: TensorProto): boolean {
  return (tensor.dataType as DataType) === DataType.FLOAT;
}
