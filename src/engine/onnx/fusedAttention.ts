/**
 * Operators that compute attention as a whole, so that no Softmax is seen in the graph. Some give their probabilities
 * away when asked:
 * - ONNX's own Attention (opset 23) as its fourth output, in mode 3;
 * - com.microsoft's GroupQueryAttention as its fourth output, with `qk_output` 2;
 * - com.microsoft's MultiHeadAttention as its fourth output the masked scores, of which Softmax makes them.
 *
 * com.microsoft's Attention and the others don't.
 */
import { create } from '@bufbuild/protobuf';
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
import { isStandard } from './graph';

const fused = new Set([
  ...['Attention', 'MultiHeadAttention', 'GroupQueryAttention', 'QAttention', 'PackedAttention'],
  ...['PackedMultiHeadAttention', 'DecoderMaskedMultiHeadAttention', 'DecoderMaskedSelfAttention'],
  ...['DecoderAttention', 'LongformerAttention', 'SparseAttention', 'PagedAttention', 'QOrderedAttention'],
]);

/** Whether an operator computes attention as a whole. */
export function isFused({ opType }: NodeProto): boolean {
  return fused.has(opType);
}

/** The place of the probabilities, or of the scores, among the outputs. */
const fourth = 3;

/**
 * Has the fused operators of a graph give their probabilities, where all of them can. Changes `graph` then.
 * @returns the value with the probabilities, by operator; empty where there are no such operators, or one can't
 */
export function openFused(graph: GraphProto): ReadonlyMap<NodeProto, string> {
  const nodes = graph.node.filter(isFused);
  const opened = new Map<NodeProto, string>();
  if (!nodes.every(canTell)) return opened;
  for (const node of nodes) {
    while (node.output.length <= fourth) node.output.push('');
    const name = `headlight.attention.${opened.size}`;
    if (node.opType === 'MultiHeadAttention') {
      const scores = (node.output[fourth] ||= `${name}.scores`);
      // ONNX Runtime doesn't infer its type; it computes this operator in float32 alone.
      const type = create(TypeProtoSchema, { tensorType: { elemType: DataType.FLOAT } });
      graph.valueInfo.push(create(ValueInfoProtoSchema, { name: scores, type }));
      const softmax = create(NodeProtoSchema, {
        opType: 'Softmax',
        name,
        input: [scores],
        output: [name],
        attribute: [int('axis', -1)],
      });
      graph.node.splice(graph.node.indexOf(node) + 1, 0, softmax);
      opened.set(node, name);
    } else {
      node.output[fourth] ||= name;
      const [attribute, value] = isStandard(node) ? ['qk_matmul_output_mode', 3] : ['qk_output', 2];
      node.attribute = [...node.attribute.filter((own) => own.name !== attribute), int(attribute, value)];
      opened.set(node, node.output[fourth]);
    }
  }
  return opened;
}

/** Whether a fused operator can be had to give its probabilities. */
export function canTell(node: NodeProto): boolean {
  if (isStandard(node)) return node.opType === 'Attention' && !usesOtherScores(node);
  return (
    node.domain === 'com.microsoft' &&
    (node.opType === 'MultiHeadAttention' ||
      (node.opType === 'GroupQueryAttention' && !usesOtherScores(node)))
  );
}

/** Whether the graph itself takes what would be changed: the scores before their Softmax. */
function usesOtherScores(node: NodeProto): boolean {
  return (node.output[fourth] ?? '') !== '';
}

function int(name: string, value: number): ReturnType<typeof create<typeof AttributeProtoSchema>> {
  return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}
