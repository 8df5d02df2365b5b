/**
 * Masked models compute the logits of every position, and most often only those of the masks are wanted. Their head
 * works on each position alone (Devlin et al. 2019: a linear layer, an activation, a normalisation, a product with
 * the embeddings), so that the wanted positions can be picked before it.
 */
import { create } from '@bufbuild/protobuf';
import { findActivation, findNormalization } from './decoder/gpt2';
import { behind } from './decoder/constants';
import { findLinear } from './decoder/linear';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type NodeProto,
} from './gen/onnx_pb';
import { GraphIndex, subgraphsOf } from './graph';

/** int64 [wanted]: the positions whose logits are wanted. */
export const wantedPositions = 'headlight.wanted_positions';

/**
 * Makes the graph compute the logits of the positions in its new input `wantedPositions` alone, for all texts of the
 * batch: `logits` becomes [batch, wanted, vocabulary]. Changes `graph`.
 * @returns false when no such head was found; the graph is then unchanged
 */
export function pickWantedPositions(graph: GraphProto): boolean {
  if (graph.node.some((node) => subgraphsOf(node).length > 0)) return false;
  const index = new GraphIndex(graph);
  const head = findLinear(index, 'logits');
  const norm = head && findNormalization(index, head.input);
  const activation = norm && findActivation(index, norm.input);
  const dense = activation && findLinear(index, activation.input);
  // The encoder ends in a normalisation: three dims, with nothing between it and the head.
  if (!dense || !findNormalization(index, dense.input)) return false;
  const hidden = behind(index, dense.input);
  if (hidden !== dense.input) return false;

  const users = new Set(nodesTo(index, 'logits', hidden));
  const reshapes = [...users].some((node) => node.opType === 'Reshape');
  const places = graph.node.flatMap((node, place) =>
    users.has(node) && node.input.includes(hidden) ? [place] : [],
  );
  if (reshapes || places.length === 0) return false;
  const picked = `${wantedPositions}.hidden`;
  for (const place of places) {
    const node = graph.node[place]!;
    node.input = node.input.map((name) => (name === hidden ? picked : name));
  }
  graph.node.splice(
    places[0]!,
    0,
    create(NodeProtoSchema, {
      opType: 'Gather',
      name: picked,
      input: [hidden, wantedPositions],
      output: [picked],
      attribute: [create(AttributeProtoSchema, { name: 'axis', type: AttributeType.INT, i: 1n })],
    }),
  );
  graph.input.push(
    create(ValueInfoProtoSchema, {
      name: wantedPositions,
      type: create(TypeProtoSchema, {
        tensorType: { elemType: DataType.INT64, shape: { dim: [{ dimParam: 'wanted' }] } },
      }),
    }),
  );
  // Its second dim isn't the text's length any more.
  for (const output of graph.output) if (output.name === 'logits') output.type!.tensorType!.shape = undefined;
  graph.valueInfo = [];
  return true;
}

/** The nodes on the ways from `source` to `value`. */
function nodesTo(index: GraphIndex, value: string, source: string): NodeProto[] {
  const found = new Set<NodeProto>();
  const visit = (name: string): void => {
    const node = name === source ? undefined : index.producer(name);
    if (!node || found.has(node)) return;
    found.add(node);
    node.input.forEach(visit);
  };
  visit(value);
  return [...found];
}
