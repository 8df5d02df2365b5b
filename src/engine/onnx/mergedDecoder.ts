/**
 * Merged decoders (optimum's decoder_model_merged.onnx) hold the same decoder twice, without and with a past, in
 * the branches of an If that looks at the input `use_cache_branch`. With an empty past the second does the work of
 * the first, so that it can stand alone.
 */
import { create } from '@bufbuild/protobuf';
import { NodeProtoSchema, type GraphProto, type NodeProto } from './gen/onnx_pb';
import { GraphIndex, subgraphsOf } from './graph';

export const useCacheBranch = 'use_cache_branch';

/** The decoder with a past, or the one that reads everything at once. */
export type DecoderBranch = 'with-past' | 'without-past';

/** Whether the graph is a merged decoder, by its inputs. */
export function isMergedDecoder(inputs: readonly { readonly name: string }[]): boolean {
  return inputs.some(({ name }) => name === useCacheBranch);
}

/**
 * Puts the branch with past in the place of the If and drops the input `use_cache_branch`. Changes `graph`.
 * @returns false when the graph isn't a merged decoder; it is then unchanged
 */
export function hoistWithPastBranch(graph: GraphProto): boolean {
  return hoistBranch(graph, 'with-past');
}

/** As `hoistWithPastBranch` with either branch; without past, the inputs of the past go as well. */
export function hoistBranch(graph: GraphProto, branch: DecoderBranch): boolean {
  if (!isMergedDecoder(graph.input)) return false;
  const index = new GraphIndex(graph);
  const condition = [useCacheBranch];
  const passing: NodeProto[] = [];
  // Nodes between the input and the If that only pass it on.
  for (let value = 0; value < condition.length; value++)
    for (const { node } of index.uses(condition[value]!))
      if (['Identity', 'Cast', 'Squeeze', 'Reshape'].includes(node.opType)) {
        passing.push(node);
        condition.push(...node.output);
      } else if (node.opType !== 'If') return false;
  const choices = graph.node.filter((node) => node.opType === 'If' && condition.includes(node.input[0]!));
  if (choices.length === 0) return false;

  graph.node = graph.node.flatMap((node) => {
    if (passing.includes(node)) return [];
    return choices.includes(node) ? hoist(graph, node, branch) : [node];
  });
  graph.input = graph.input.filter(({ name }) => name !== useCacheBranch);
  // Weights of the other branch.
  const taken = takenBy(graph.node);
  if (branch === 'without-past') graph.input = graph.input.filter(({ name }) => taken.has(name));
  graph.initializer = graph.initializer.filter(({ name }) => taken.has(name));
  return true;
}

/** The nodes of one of an If's branches, its results named as the If's; its weights go to `graph`. */
function hoist(graph: GraphProto, choice: NodeProto, wanted: DecoderBranch): NodeProto[] {
  const side = wanted === 'with-past' ? 'then_branch' : 'else_branch';
  const branch = choice.attribute.find(({ name }) => name === side)!.g!;
  const made = new Set(branch.node.flatMap(({ output }) => output));
  const names = new Map<string, string>();
  // Both branches keep small weights of their own, and exporters aren't strict about names of the outer graph.
  const outer = new Set(graph.initializer.map(({ name }) => name));
  for (const { name } of branch.initializer) if (outer.has(name)) names.set(name, `${name}.with_past`);
  const copies: NodeProto[] = [];
  branch.output.forEach(({ name }, place) => {
    const result = choice.output[place]!;
    if (made.has(name) && !names.has(name)) names.set(name, result);
    // A result that the branch only hands on, or gives twice.
    else copies.push(create(NodeProtoSchema, { opType: 'Identity', input: [name], output: [result] }));
  });
  const nodes = [...branch.node, ...copies];
  renameValues(nodes, names);
  for (const tensor of branch.initializer) tensor.name = names.get(tensor.name) ?? tensor.name;
  graph.initializer.push(...branch.initializer);
  graph.sparseInitializer.push(...branch.sparseInitializer);
  return nodes;
}

/** Renames values in nodes and in the graphs inside of them. */
function renameValues(nodes: readonly NodeProto[], names: ReadonlyMap<string, string>): void {
  const renamed = (name: string): string => names.get(name) ?? name;
  for (const node of nodes) {
    node.input = node.input.map(renamed);
    node.output = node.output.map(renamed);
    for (const subgraph of subgraphsOf(node)) {
      renameValues(subgraph.node, names);
      for (const output of subgraph.output) output.name = renamed(output.name);
    }
  }
}

/** Values that nodes take, and the graphs inside of them. */
function takenBy(nodes: readonly NodeProto[]): Set<string> {
  const taken = new Set<string>();
  const visit = (node: NodeProto): void => {
    for (const name of node.input) taken.add(name);
    for (const subgraph of subgraphsOf(node)) {
      for (const { name } of subgraph.output) taken.add(name);
      subgraph.node.forEach(visit);
    }
  };
  nodes.forEach(visit);
  return taken;
}
