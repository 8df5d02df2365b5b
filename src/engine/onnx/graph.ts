/** An ONNX graph as something to walk: who makes a value, who takes it, what is constant. */
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type ValueInfoProto,
} from './gen/onnx_pb';

/** Element types by their names in ONNX Runtime's JavaScript interface. */
export type ElementType =
  | 'float32'
  | 'float16'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'other';

const elementTypes: Partial<Record<DataType, ElementType>> = {
  [DataType.FLOAT]: 'float32',
  [DataType.FLOAT16]: 'float16',
  [DataType.DOUBLE]: 'float64',
  [DataType.INT8]: 'int8',
  [DataType.UINT8]: 'uint8',
  [DataType.INT16]: 'int16',
  [DataType.UINT16]: 'uint16',
  [DataType.INT32]: 'int32',
  [DataType.UINT32]: 'uint32',
  [DataType.INT64]: 'int64',
  [DataType.UINT64]: 'uint64',
  [DataType.BOOL]: 'bool',
  [DataType.STRING]: 'string',
};

/** An input or output of a graph. */
export interface TensorInfo {
  readonly name: string;
  readonly type: ElementType;
  /** A number, the name of a size that changes, or `?` for an unnamed one. Empty for an output without a shape. */
  readonly dims: readonly (number | string)[];
}

/** What feeds the graph: its inputs but for those that only give an initializer a name (IR versions below 4). */
export function graphInputs(graph: GraphProto): TensorInfo[] {
  const initializers = new Set(graph.initializer.map((tensor) => tensor.name));
  return graph.input.filter((input) => !initializers.has(input.name)).map(tensorInfo);
}

export function graphOutputs(graph: GraphProto): TensorInfo[] {
  return graph.output.map(tensorInfo);
}

function tensorInfo(value: ValueInfoProto): TensorInfo {
  const tensor = value.type?.tensorType;
  const dims = (tensor?.shape?.dim ?? []).map((dim) =>
    dim.dimParam !== '' ? dim.dimParam : dim.dimValue > 0n ? Number(dim.dimValue) : '?',
  );
  return { name: value.name, type: elementTypes[(tensor?.elemType ?? 0) as DataType] ?? 'other', dims };
}

/** The graphs inside a node: branches of an If, bodies of a Loop or Scan. */
export function subgraphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap((attribute) => (attribute.g ? [attribute.g] : attribute.graphs));
}

/** The whole number in `node`'s attribute `name`. */
export function intAttribute(node: NodeProto, name: string): number | undefined {
  const attribute = node.attribute.find((candidate) => candidate.name === name);
  return attribute && Number(attribute.i);
}

/** A value's place among the inputs of a node. */
export interface Use {
  readonly node: NodeProto;
  readonly index: number;
}

/** Looks up, for the nodes of one graph, where values come from and where they go. */
export class GraphIndex {
  readonly #producers = new Map<string, NodeProto>();
  readonly #uses = new Map<string, Use[]>();
  readonly #constants: Set<string>;

  constructor(readonly graph: GraphProto) {
    // An optional input that isn't given changes nothing.
    this.#constants = new Set(['', ...graph.initializer.map(({ name }) => name)]);
    // Nodes stand behind those that they take values from.
    for (const node of graph.node) {
      // What is inside of a node may take any value of this graph.
      const computed = node.opType.startsWith('Random') || subgraphsOf(node).length > 0;
      const constant = !computed && node.input.every((input) => this.#constants.has(input));
      for (const output of node.output) {
        if (output === '') continue;
        this.#producers.set(output, node);
        if (constant) this.#constants.add(output);
      }
      node.input.forEach((input, index) => {
        const uses = this.#uses.get(input);
        if (uses) uses.push({ node, index });
        else this.#uses.set(input, [{ node, index }]);
      });
    }
  }

  /** The node that makes a value; undefined for inputs, initializers and values of an outer graph. */
  producer(value: string): NodeProto | undefined {
    return this.#producers.get(value);
  }

  /** The nodes of this graph, not of graphs inside it, that take a value. */
  uses(value: string): readonly Use[] {
    return this.#uses.get(value) ?? [];
  }

  /** Whether a value is the same in every run: weights, and what is computed from weights alone. */
  isConstant(value: string): boolean {
    return this.#constants.has(value);
  }
}
