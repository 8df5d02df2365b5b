/**
 * Putting a file's own functions in the place of their calls (ONNX's FunctionProto), as ONNX Runtime does when it
 * opens a file: PyTorch's exporter wrote its operators as functions for some years, and attention is inside of them.
 */
import { clone } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  NodeProtoSchema,
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
} from './gen/onnx_pb';
import { subgraphsOf } from './graph';

/** Functions call functions; a file whose calls go on for longer than this is left to ONNX Runtime to refuse. */
const deepest = 32;

/**
 * Replaces the calls of a model's functions by their nodes, in its graph and the graphs inside. Changes `model`.
 * @returns false when it has no functions, or they can't be put into the graph as they are; it is then unchanged
 */
export function inlineFunctions(model: ModelProto): boolean {
  if (model.functions.length === 0 || !agreesOnVersions(model)) return false;
  const functions = new Map(model.functions.map((own) => [`${own.domain}:${own.name}`, own]));
  // Several of one name, told apart by their overload.
  if (functions.size < model.functions.length) return false;
  let calls = 0;
  const inline = (graph: GraphProto, depth: number): void => {
    graph.node = graph.node.flatMap((node) => expand(node, depth));
  };
  const expand = (node: NodeProto, depth: number): NodeProto[] => {
    for (const graph of subgraphsOf(node)) inline(graph, depth);
    const called = functions.get(`${node.domain}:${node.opType}`);
    if (!called || depth > deepest) return [node];
    return bodyOf(called, node, `headlight.call.${calls++}.`).flatMap((inner) => expand(inner, depth + 1));
  };
  inline(model.graph!, 0);
  for (const { opsetImport } of model.functions)
    for (const needed of opsetImport)
      if (!model.opsetImport.some(({ domain }) => sameDomain(domain, needed.domain)))
        model.opsetImport.push(needed);
  model.functions = [];
  return true;
}

/** A domain has one version in a model; '' and ai.onnx are the same. */
function agreesOnVersions({ functions, opsetImport }: ModelProto): boolean {
  const all = [...opsetImport, ...functions.flatMap((own) => own.opsetImport)];
  return all.every(({ domain, version }) =>
    all.every((other) => !sameDomain(domain, other.domain) || version === other.version),
  );
}

function sameDomain(a: string, b: string): boolean {
  return (a === 'ai.onnx' ? '' : a) === (b === 'ai.onnx' ? '' : b);
}

/** A function's nodes with the call's inputs, outputs and attributes; values of its own get `prefix`. */
function bodyOf(called: FunctionProto, call: NodeProto, prefix: string): NodeProto[] {
  const names = new Map<string, string>();
  called.input.forEach((name, place) => names.set(name, call.input[place] ?? ''));
  called.output.forEach((name, place) => {
    const wanted = call.output[place] ?? '';
    if (wanted !== '') names.set(name, wanted);
  });
  const renamed = (name: string): string => (name === '' ? '' : (names.get(name) ?? prefix + name));
  const given = new Map<string, AttributeProto>([
    ...called.attributeProto.map((attribute) => [attribute.name, attribute] as const),
    ...call.attribute.map((attribute) => [attribute.name, attribute] as const),
  ]);
  const take = (original: NodeProto): NodeProto => {
    const node = clone(NodeProtoSchema, original);
    if (node.name !== '') node.name = prefix + node.name;
    node.input = node.input.map(renamed);
    node.output = node.output.map(renamed);
    node.attribute = node.attribute.flatMap((attribute) => {
      if (attribute.refAttrName === '') return [attribute];
      const value = given.get(attribute.refAttrName);
      // An attribute that the call leaves out is left out inside as well.
      if (!value) return [];
      const own = clone(AttributeProtoSchema, value);
      own.name = attribute.name;
      return [own];
    });
    for (const graph of subgraphsOf(node)) {
      graph.node = graph.node.map(take);
      for (const value of [...graph.input, ...graph.output, ...graph.initializer])
        value.name = renamed(value.name);
    }
    return node;
  };
  return called.node.map(take);
}
