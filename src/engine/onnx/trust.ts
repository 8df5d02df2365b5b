/** What a graph may ask for: nothing outside of ONNX Runtime and its own files. */
import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import {
  TensorProto_DataLocation,
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from './gen/onnx_pb';
import { subgraphsOf } from './graph';

/** The domains of operators that ONNX Runtime itself has. */
const knownDomains = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.training',
  'ai.onnx.preview.training',
  'com.microsoft',
  'com.microsoft.nchwc',
  'com.ms.internal.nhwc',
]);

/** Bits of an element; strings and complex numbers have none here. */
const bits: Partial<Record<DataType, number>> = {
  [DataType.FLOAT]: 32,
  [DataType.UINT8]: 8,
  [DataType.INT8]: 8,
  [DataType.UINT16]: 16,
  [DataType.INT16]: 16,
  [DataType.INT32]: 32,
  [DataType.INT64]: 64,
  [DataType.BOOL]: 8,
  [DataType.FLOAT16]: 16,
  [DataType.DOUBLE]: 64,
  [DataType.UINT32]: 32,
  [DataType.UINT64]: 64,
  [DataType.BFLOAT16]: 16,
  [DataType.FLOAT8E4M3FN]: 8,
  [DataType.FLOAT8E4M3FNUZ]: 8,
  [DataType.FLOAT8E5M2]: 8,
  [DataType.FLOAT8E5M2FNUZ]: 8,
  [DataType.UINT4]: 4,
  [DataType.INT4]: 4,
  [DataType.FLOAT4E2M1]: 4,
};

/**
 * Refuses operators that would need a library of their own, and weights whose shape doesn't fit their data.
 * @throws EngineError `model`, naming the file and what in it is refused
 */
export function refuseUntrusted(model: ModelProto, file: string): void {
  const own = new Set(model.functions.map(({ domain, name }) => `${domain}:${name}`));
  // A file's own functions are built of operators, too.
  for (const node of [
    ...nodesOf(model.graph!),
    ...model.functions.flatMap((called) => called.node.flatMap(withInner)),
  ]) {
    refuseForeignConstants(node, file);
    if (knownDomains.has(node.domain) || own.has(`${node.domain}:${node.opType}`)) continue;
    throw new EngineError(
      'model',
      say`"${file}" has a custom operator, "${node.opType}" of "${node.domain}", which needs code that isn't part of
        ONNX Runtime. Headlight loads no such code: choose an export with standard operators.`,
    );
  }
  for (const tensor of initializersOf(model.graph!)) refuseWrongSize(tensor, file);
  for (const graph of graphsOf(model.graph!))
    for (const { values } of graph.sparseInitializer) if (values) refuseForeign(values, file);
}

/**
 * Data in other files are looked for among a graph's weights, and checked there; ONNX Runtime follows them in a node's
 * attributes as well, which no exporter writes.
 */
function refuseForeignConstants({ attribute }: NodeProto, file: string): void {
  for (const { t } of attribute) if (t) refuseForeign(t, file);
}

function refuseForeign({ dataLocation, externalData }: TensorProto, file: string): void {
  if (dataLocation !== TensorProto_DataLocation.EXTERNAL && externalData.length === 0) return;
  const location = externalData.find(({ key }) => key === 'location')?.value ?? '';
  throw new EngineError(
    'model',
    say`"${file}" wants to read a constant from "${location}", which only its weights may do.
      Headlight doesn't do that; get the model from a source you trust.`,
  );
}

/** Elements in all of a model's weights: its parameters, with a few constants of the graph. */
export function parameterCount(model: ModelProto): number {
  let sum = 0;
  for (const { dims, dataType } of initializersOf(model.graph!))
    // Whole numbers of 64 bits are shapes and indices.
    if (dataType !== (DataType.INT64 as number)) sum += elementsOf(dims);
  return sum;
}

function refuseWrongSize(tensor: TensorProto, file: string): void {
  const width = bits[tensor.dataType as DataType];
  const external = tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
  const length = external
    ? Number(tensor.externalData.find(({ key }) => key === 'length')?.value ?? NaN)
    : tensor.rawData.length;
  // Data in typed fields are counted by the parser; without a length all of the file is meant.
  if (width === undefined || Number.isNaN(length) || (!external && length === 0)) return;
  const expected = Math.ceil((elementsOf(tensor.dims) * width) / 8);
  if (tensor.dims.every((dim) => dim >= 0n) && length === expected) return;
  throw new EngineError(
    'model',
    say`"${file}" is damaged: its weight "${tensor.name}" has the shape [${tensor.dims.join(', ')}],
      which takes ${expected} bytes, and ${length} bytes of data. Download it again, or choose another export.`,
  );
}

function elementsOf(dims: readonly bigint[]): number {
  return dims.reduce((product, dim) => product * Number(dim), 1);
}

function nodesOf(graph: GraphProto): NodeProto[] {
  return graph.node.flatMap(withInner);
}

/** A node, and those of the graphs inside of it. */
function withInner(node: NodeProto): NodeProto[] {
  return [node, ...subgraphsOf(node).flatMap(nodesOf)];
}

function graphsOf(graph: GraphProto): GraphProto[] {
  return [graph, ...graph.node.flatMap(subgraphsOf).flatMap(graphsOf)];
}

function initializersOf(graph: GraphProto): TensorProto[] {
  return [...graph.initializer, ...graph.node.flatMap(subgraphsOf).flatMap(initializersOf)];
}
