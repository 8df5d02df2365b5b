/**
 * The float32 form of an int8 graph, for what can be measured in float32 alone: its dynamically quantised products
 * become MatMul on the weights multiplied out, so that activations aren't rounded any more.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { smallNumbers } from '../../../src/engine/onnx/decoder/constants';
import { findLinear, type DynamicLinear } from '../../../src/engine/onnx/decoder/linear';
import {
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  type GraphProto,
  type TensorProto,
} from '../../../src/engine/onnx/gen/onnx_pb';
import { GraphIndex } from '../../../src/engine/onnx/graph';

/** Makes the float32 form of the int8 model in `source`, in the folder `target`. */
export function makeFloat(source: string, target: string): void {
  const isGraph = (file: string): boolean => file.endsWith('.onnx');
  cpSync(source, target, { recursive: true, dereference: true, filter: (file) => !isGraph(file) });
  // Not Node's Buffer, whose `slice` doesn't copy.
  const bytes = new Uint8Array(readFileSync(path.join(source, 'onnx/model_quantized.onnx')));
  const model = fromBinary(ModelProtoSchema, bytes);
  dequantise(model.graph!);
  mkdirSync(path.join(target, 'onnx'), { recursive: true });
  writeFileSync(path.join(target, 'onnx/model.onnx'), toBinary(ModelProtoSchema, model));
}

/** Changes `graph`, whose weights are in the file itself. */
export function dequantise(graph: GraphProto): void {
  const index = new GraphIndex(graph);
  graph.node = graph.node.map((node) => {
    const output = node.output[0] ?? '';
    const linear = node.opType === 'Mul' ? findLinear(index, output) : undefined;
    if (linear?.form !== 'dynamic') return node;
    const name = `${output}.weight`;
    graph.initializer.push(floatWeight(linear, name));
    return create(NodeProtoSchema, {
      opType: 'MatMul',
      name: output,
      input: [linear.input, name],
      output: [output],
    });
  });
  removeUnused(graph);
}

/** [inputs, outputs], (weight - zero point) * scale. */
function floatWeight(
  { weight, scale, zeroPoint, inputs, outputs }: DynamicLinear,
  name: string,
): TensorProto {
  const bytes = weight.rawData.slice();
  const integers = (weight.dataType as DataType) === DataType.INT8 ? new Int8Array(bytes.buffer) : bytes;
  /** One a column. */
  const columns = (numbers: readonly number[]): readonly number[] =>
    numbers.length === 1 ? Array<number>(outputs).fill(numbers[0]!) : numbers;
  const scales = columns(smallNumbers(scale)!);
  const zeroPoints = columns(zeroPoint ? smallNumbers(zeroPoint)! : [0]);
  const values = Float32Array.from(integers, (value, place) => {
    const column = place % outputs;
    return (value - zeroPoints[column]!) * scales[column]!;
  });
  return create(TensorProtoSchema, {
    name,
    dataType: DataType.FLOAT,
    dims: [inputs, outputs].map(BigInt),
    rawData: new Uint8Array(values.buffer),
  });
}

/** Removes the nodes and weights that no output needs. */
function removeUnused(graph: GraphProto): void {
  const index = new GraphIndex(graph);
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    index.producer(name)?.input.forEach(visit);
  };
  graph.output.forEach(({ name }) => visit(name));
  graph.node = graph.node.filter((node) => node.output.some((name) => needed.has(name)));
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
}
