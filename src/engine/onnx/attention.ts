/**
 * Finding attention in a graph by its structure, whatever the exporter called things:
 *
 *     scores = query x key;  probabilities = Softmax(scores scaled and masked);  result = probabilities x value
 *
 * (Vaswani et al. 2017). Both products are of two computed values, which tells attention from a classifier's or a
 * router's Softmax: those come after or before a product with weights.
 */
import { say, type Message } from '../../core/message';
import type { ModelProto, NodeProto } from './gen/onnx_pb';
import { canTell, isFused } from './fusedAttention';
import { GraphIndex, subgraphsOf } from './graph';

/** Where a graph's attention probabilities are, or why there are none to be had. */
export interface AttentionFindings {
  /** Values [batch, heads, queries, keys] (or [batch * heads, queries, keys]) by layer, in the model's order. */
  readonly probabilities: readonly string[];
  /** In plain words, when there are no probabilities. */
  readonly reason?: Message;
}

/** Products of two matrices, and where their left and right factors stand among the inputs. */
const products: Record<string, readonly [left: number, right: number]> = {
  MatMul: [0, 1],
  FusedMatMul: [0, 1],
  MatMulInteger: [0, 1],
  MatMulIntegerToFloat: [0, 1],
  QLinearMatMul: [0, 3],
  Einsum: [0, 1],
};

/** What may stand between the scores' product and the Softmax: scaling, masking, biases, casts, other shapes. */
const onTheWayToSoftmax = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Where', 'Max', 'Min', 'Clip', 'Tanh', 'Identity', 'Cast'],
  ...['Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'QuantizeLinear', 'DequantizeLinear'],
]);

/** What may stand between the Softmax and the product with the values. */
const onTheWayFromSoftmax = new Set([
  ...['Cast', 'Dropout', 'Identity', 'Where', 'Mul', 'Reshape', 'Squeeze', 'Unsqueeze'],
  ...['QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear'],
]);

const longestWay = 16;

/**
 * Finds the attention probabilities of a model's main graph.
 * @param opened what its fused operators give; see `openFused`
 */
export function findAttentions(
  model: ModelProto,
  opened: ReadonlyMap<NodeProto, string> = new Map(),
): AttentionFindings {
  const graph = model.graph!;
  const index = new GraphIndex(graph);
  const closed = graph.node.find((node) => isFused(node) && !opened.has(node) && !canTell(node));
  // Some layers fused and others not would give layers the wrong numbers.
  if (closed) return { probabilities: [], reason: fusedReason(closed) };
  const probabilities = graph.node.flatMap(
    (node) => opened.get(node) ?? (isAttentionSoftmax(index, node) ? [node.output[0]!] : []),
  );
  if (probabilities.length > 0) return { probabilities };

  const functions = model.functions.filter(({ node }) => node.some(isSoftmaxOrFused));
  if (functions.length > 0) {
    return {
      probabilities,
      reason: say`This ONNX file keeps its attention inside of functions of its own (${functions[0]!.name}),
          out of reach. Export the model with optimum, or inline its functions (onnx.inliner).`,
    };
  }
  const inBranch = graph.node.flatMap(subgraphsOf).some((branch) => branch.node.some(isSoftmaxOrFused));
  if (inBranch) {
    return {
      probabilities,
      reason: say`This ONNX file keeps its attention inside of the branches of a condition that Headlight can't take
          apart. Use an export without branches (model.onnx or decoder_with_past_model.onnx of the same model).`,
    };
  }
  if (graph.node.some(({ opType }) => opType === 'QLinearSoftmax')) {
    return {
      probabilities,
      reason: say`This ONNX file was quantised in the QOperator form, which computes attention in 8 bits. Quantise it
          in the QDQ form, or use the export that it was made from.`,
    };
  }
  return {
    probabilities,
    reason: say`This ONNX file computes nothing that looks like attention: no Softmax over the product of two computed
        values that is multiplied with a third.`,
  };
}

function fusedReason(node: NodeProto): Message {
  const by = node.domain === '' ? 'ONNX' : node.domain;
  return say`This ONNX file computes attention in one fused operator (${node.opType} of ${by}), which doesn't give its
    probabilities away. Use an export of the same model that wasn't optimised for speed, as
    "optimum-cli export onnx" makes it without --optimize.`;
}

function isSoftmaxOrFused(node: NodeProto): boolean {
  return node.opType === 'Softmax' || isFused(node);
}

function isAttentionSoftmax(index: GraphIndex, node: NodeProto): boolean {
  return (
    node.opType === 'Softmax' &&
    comesFromScores(index, node.input[0]!, 0) &&
    meetsValues(index, node.output[0]!, 0)
  );
}

function comesFromScores(index: GraphIndex, value: string, way: number): boolean {
  const node = index.producer(value);
  if (!node || way > longestWay) return false;
  if (isComputedProduct(index, node)) return true;
  return (
    onTheWayToSoftmax.has(node.opType) && node.input.some((input) => comesFromScores(index, input, way + 1))
  );
}

function meetsValues(index: GraphIndex, value: string, way: number): boolean {
  if (way > longestWay) return false;
  return index.uses(value).some(({ node, index: place }) => {
    const factors = products[node.opType];
    if (factors) return place === factors[0] && isComputedProduct(index, node);
    return onTheWayFromSoftmax.has(node.opType) && meetsValues(index, node.output[0]!, way + 1);
  });
}

/** Whether a node multiplies two matrices, neither of which is made of weights alone. */
function isComputedProduct(index: GraphIndex, node: NodeProto): boolean {
  const factors = products[node.opType];
  return factors !== undefined && factors.every((place) => !index.isConstant(node.input[place] ?? ''));
}
