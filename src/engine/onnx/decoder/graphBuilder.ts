/** Writing an ONNX graph node by node. */
import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../gen/onnx_pb';

/** Whole numbers are given as bigint, all others are float. */
export type Attributes = Readonly<Record<string, bigint | number | readonly bigint[]>>;

export const contrib = 'com.microsoft';

export class GraphBuilder {
  readonly #graph = create(GraphProtoSchema, { name: 'decoder' });
  readonly #tensors = new Map<TensorProto, string>();
  readonly #names = new Set<string>();

  input(name: string, type: DataType, dims: readonly (string | number)[]): string {
    this.#graph.input.push(valueInfo(name, type, dims));
    return name;
  }

  /** Makes `value` an output; its shape is left to ONNX Runtime. */
  output(value: string, type: DataType): void {
    this.#graph.output.push(valueInfo(value, type));
  }

  /** Adds a node with one output, and returns its name. */
  node(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Attributes = {},
    domain = '',
  ): string {
    this.nodeOf(opType, inputs, [output], attributes, domain);
    return output;
  }

  nodeOf(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
    domain = '',
  ): void {
    this.add(
      create(NodeProtoSchema, {
        opType,
        domain,
        name: outputs[0]!,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
  }

  add(node: NodeProto): void {
    this.#graph.node.push(node);
  }

  /** The name of a tensor of another graph, which becomes an initializer of this one. */
  tensor(tensor: TensorProto, name: string): string {
    const known = this.#tensors.get(tensor);
    if (known !== undefined) return known;
    const unique = this.#names.has(name) ? `${name}.${this.#names.size}` : name;
    const { $typeName: _, ...fields } = tensor;
    this.#graph.initializer.push(create(TensorProtoSchema, { ...fields, name: unique }));
    this.#tensors.set(tensor, unique);
    this.#names.add(unique);
    return unique;
  }

  int64s(name: string, values: readonly number[]): string {
    if (!this.#names.has(name)) {
      this.#names.add(name);
      this.#graph.initializer.push(
        create(TensorProtoSchema, {
          name,
          dataType: DataType.INT64,
          dims: [BigInt(values.length)],
          int64Data: values.map(BigInt),
        }),
      );
    }
    return name;
  }

  model(): ModelProto {
    return create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'headlight',
      graph: this.#graph,
      opsetImport: [
        { domain: '', version: 18n },
        { domain: contrib, version: 1n },
      ],
    });
  }
}

function valueInfo(name: string, elemType: DataType, dims?: readonly (string | number)[]) {
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      tensorType: {
        elemType,
        ...(dims && {
          shape: {
            dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: BigInt(dim) })),
          },
        }),
      },
    }),
  });
}

function attribute(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'bigint')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: value });
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: [...value] });
}
