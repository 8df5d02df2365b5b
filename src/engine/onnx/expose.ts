/**
 * Making inner values of a graph its outputs. Nothing in the graph changes: what is added is written behind the
 * model's bytes, as protobuf merges the parts of a message and appends repeated fields. The outputs have no declared
 * type: ONNX Runtime infers it, so that fp32 and fp16 graphs are treated alike.
 */
import { clone, create, toBinary } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
  type GraphProto,
} from './gen/onnx_pb';
import type { Appended } from './pastKeyValues';

/** Outputs, and nodes they need, to be added to a graph. */
export class Additions {
  readonly #additions = create(GraphProtoSchema);
  readonly #outputs: Set<string>;

  constructor(graph: GraphProto) {
    this.#outputs = new Set(graph.output.map(({ name }) => name));
  }

  /** Makes a value of the graph an output, if it isn't one. */
  expose(value: string): void {
    if (this.#outputs.has(value)) return;
    this.#outputs.add(value);
    this.#additions.output.push(create(ValueInfoProtoSchema, { name: value }));
  }

  /**
   * Exposes what the graph appends to its cache, in the element type of the cache's output.
   * @param name for the value, where it has to be converted
   * @returns the output's name
   */
  exposeAppended({ value, conversions }: Appended, name: string): string {
    conversions.forEach((conversion, step) => {
      const node = clone(NodeProtoSchema, conversion);
      node.name = `${name}.${step}`;
      node.input = [value];
      node.output = [node.name];
      this.#additions.node.push(node);
      value = node.name;
    });
    this.expose(value);
    return value;
  }

  /** The model's bytes with the additions. */
  appendTo(model: Uint8Array): Uint8Array {
    const tail = toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph: this.#additions }));
    const bytes = new Uint8Array(model.length + tail.length);
    bytes.set(model);
    bytes.set(tail, model.length);
    return bytes;
  }
}
