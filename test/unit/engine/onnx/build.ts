/** Small graphs, written by hand. */
import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../../../../src/engine/onnx/gen/onnx_pb';

type Attribute = number | readonly number[] | GraphProto;

/** A node; its domain stands before its operator: `com.microsoft:Attention`. */
export function node(
  operator: string,
  input: string[],
  output: string[],
  attributes: Record<string, Attribute> = {},
): NodeProto {
  const [domain, opType] = operator.includes(':') ? operator.split(':') : ['', operator];
  return create(NodeProtoSchema, {
    opType: opType!,
    domain: domain!,
    input,
    output,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if ('node' in value) return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: value });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

/** A float32 input or output, or one of another type; without dims its shape isn't declared. */
export function info(
  name: string,
  dims?: readonly (number | string)[],
  type = DataType.FLOAT,
): ValueInfoProto {
  const dim = dims?.map((size) =>
    typeof size === 'number' ? { dimValue: BigInt(size) } : { dimParam: size },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { tensorType: { elemType: type, ...(dim && { shape: { dim } }) } },
  });
}

/** A float32 initializer. */
export function weight(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: DataType.FLOAT,
    rawData: new Uint8Array(new Float32Array(values).buffer),
  });
}

export function graph(parts: {
  nodes: NodeProto[];
  inputs?: ValueInfoProto[];
  outputs?: ValueInfoProto[];
  weights?: TensorProto[];
}): GraphProto {
  return create(GraphProtoSchema, {
    name: 'graph',
    node: parts.nodes,
    input: parts.inputs ?? [],
    output: parts.outputs ?? [],
    initializer: parts.weights ?? [],
  });
}

export function model(main: GraphProto): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: 8n,
    graph: main,
    opsetImport: [{ domain: '', version: 17n }],
  });
}
