/** Making inner values of a graph its outputs. */
import { clone, create } from '@bufbuild/protobuf';
import { NodeProtoSchema, ValueInfoProtoSchema, type GraphProto } from './gen/onnx_pb';
import { subgraphsOf } from './graph';
import type { Appended } from './pastKeyValues';

/**
 * Makes values of the main graph outputs under names of ours. A value is renamed rather than copied by an Identity
 * node, which would cost a copy in every run, fetched or not. The outputs have no declared type: ONNX Runtime
 * infers it, so that fp32 and fp16 graphs are treated alike.
 * @param wanted our name by the value's own
 * @returns the output's name by the value's own: ours, or its own where it was an input or output already
 */
export function exposeValues(graph: GraphProto, wanted: ReadonlyMap<string, string>): Map<string, string> {
  const fixed = new Set([...graph.input, ...graph.output].map(({ name }) => name));
  const outputs = new Set(graph.output.map(({ name }) => name));
  const names = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const [value, name] of wanted) {
    if (!fixed.has(value)) renamed.set(value, name);
    names.set(value, fixed.has(value) ? value : name);
    if (!outputs.has(value)) graph.output.push(create(ValueInfoProtoSchema, { name: names.get(value)! }));
  }
  renameValues(graph, renamed);
  return names;
}

/**
 * Adds to the graph a value that is `appended` in the element type of the output, where that differs, and
 * returns its name.
 */
export function convertLikeOutput(graph: GraphProto, appended: Appended, name: string): string {
  let value = appended.value;
  appended.conversions.forEach((conversion, step) => {
    const node = clone(NodeProtoSchema, conversion);
    node.name = `${name}.cast.${step}`;
    node.input = [value];
    node.output = [node.name];
    graph.node.push(node);
    value = node.name;
  });
  return value;
}

/** Renames values wherever they stand, also inside of the graphs in nodes. */
export function renameValues(graph: GraphProto, names: ReadonlyMap<string, string>): void {
  if (names.size === 0) return;
  const renamed = (name: string): string => names.get(name) ?? name;
  for (const node of graph.node) {
    node.input = node.input.map(renamed);
    node.output = node.output.map(renamed);
    for (const subgraph of subgraphsOf(node)) {
      renameValues(subgraph, names);
      for (const output of subgraph.output) output.name = renamed(output.name);
    }
  }
  for (const info of graph.valueInfo) info.name = renamed(info.name);
}
