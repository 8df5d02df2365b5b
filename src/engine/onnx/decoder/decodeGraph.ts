/**
 * A GPT-2 decoder's graph written anew for reading in steps, from the weights of a stock graph:
 * - The cache isn't concatenated: the scores of past and new positions are two products, joined for one Softmax and
 *   parted again for two products with the values.
 * - All new keys and values come in one output.
 * - Sums are normalized by the operator that adds.
 * - Only the positions that are asked for go through the head.
 */
import { clone } from '@bufbuild/protobuf';
import { NodeProtoSchema, TensorProto_DataType as DataType, type ModelProto } from '../gen/onnx_pb';
import { contrib, GraphBuilder } from './graphBuilder';
import type { Activation, Embedding, Gpt2, Normalization } from './gpt2';
import type { Linear } from './linear';

/** Names of the graph's inputs and outputs. */
export const decodeNames = {
  /** int64 [batch, count] */
  ids: 'input_ids',
  /** int64 [1, count] */
  positions: 'position_ids',
  /** float32 [1, 1, count, capacity + count]: added to the scores. */
  mask: 'mask',
  /** int64 [2]: capacity and count. */
  split: 'split',
  /** int64 [wanted]: which of the new positions' logits are wanted. */
  wanted: 'logit_positions',
  /** float32 [batch, heads, capacity, head size] */
  pastKey: (layer: number) => `past.${layer}.key`,
  pastValue: (layer: number) => `past.${layer}.value`,
  /** float32 [batch, wanted, vocabulary] */
  logits: 'logits',
  /** float32 [batch, wanted, 1]: the logarithm of the sum of e^logit over the vocabulary. */
  logSumExp: 'log_sum_exp',
  /** float32 [layers * 2 * batch, heads, count, head size]: of each layer the keys, then the values. */
  added: 'new_keys_values',
  /** float32 [batch, heads, count, capacity + count] */
  attention: (layer: number) => `attention.${layer}`,
} as const;

/** Writes the graph. */
export function writeDecodeGraph(parts: Gpt2): ModelProto {
  const graph = new GraphBuilder();
  const names = decodeNames;
  const { heads, headSize } = parts;
  graph.input(names.ids, DataType.INT64, ['batch', 'count']);
  graph.input(names.positions, DataType.INT64, [1, 'count']);
  graph.input(names.mask, DataType.FLOAT, [1, 1, 'count', 'all']);
  graph.input(names.split, DataType.INT64, [2]);
  graph.input(names.wanted, DataType.INT64, ['wanted']);

  const toHeads = graph.int64s('to_heads', [0, 0, 3 * heads, headSize]);
  const fromHeads = graph.int64s('from_heads', [0, 0, heads * headSize]);

  const summands = [
    embed(graph, parts.tokens, names.ids, 'tokens'),
    embed(graph, parts.positions, names.positions, 'positions'),
  ] as const;
  let stream: readonly [string, string] = summands;
  const added: string[] = [];
  parts.blocks.forEach((block, layer) => {
    const at = (part: string): string => `${layer}.${part}`;
    const past = [names.pastKey(layer), names.pastValue(layer)] as const;
    for (const name of past) graph.input(name, DataType.FLOAT, ['batch', heads, 'capacity', headSize]);

    const [normed, entered] = addAndNormalize(graph, block.attentionNorm, stream, at('attention_norm'));
    const joined = linear(graph, block.attentionIn, normed, at('attention_in'));
    const parted = graph.node('Reshape', [joined, toHeads], at('parted'));
    const turned = graph.node('Transpose', [parted], at('turned'), { perm: [0n, 2n, 1n, 3n] });
    graph.nodeOf('Split', [turned], [at('queries'), at('keys'), at('values')], { axis: 1n, num_outputs: 3n });
    added.push(at('keys'), at('values'));

    const scores = (keys: string, name: string): string =>
      graph.node('FusedMatMul', [at('queries'), keys], name, { transB: 1n, alpha: block.scale }, contrib);
    const both = graph.node(
      'Concat',
      [scores(past[0], at('past_scores')), scores(at('keys'), at('new_scores'))],
      at('scores'),
      { axis: 3n },
    );
    const masked = graph.node('Add', [both, names.mask], at('masked'));
    const probabilities = graph.node('Softmax', [masked], names.attention(layer), { axis: -1n });
    graph.nodeOf('Split', [probabilities, names.split], [at('past_share'), at('new_share')], { axis: 3n });
    const results = graph.node(
      'Add',
      [
        graph.node('MatMul', [at('past_share'), past[1]], at('past_results')),
        graph.node('MatMul', [at('new_share'), at('values')], at('new_results')),
      ],
      at('results'),
    );
    const back = graph.node('Transpose', [results], at('back'), { perm: [0n, 2n, 1n, 3n] });
    const merged = graph.node('Reshape', [back, fromHeads], at('merged'));
    const attended = linear(graph, block.attentionOut, merged, at('attention_out'));

    const [ready, passed] = addAndNormalize(
      graph,
      block.networkNorm,
      [entered, attended],
      at('network_norm'),
    );
    const wide = linear(graph, block.networkIn, ready, at('network_in'));
    const active = activate(graph, block.activation, wide, at('activation'));
    const narrow = linear(graph, block.networkOut, active, at('network_out'));
    stream = [passed, narrow];
  });

  const all = graph.node('Add', stream, 'stream');
  const wanted = graph.node('Gather', [all, names.wanted], 'wanted', { axis: 1n });
  const last = normalize(graph, parts.finalNorm, wanted, 'final_norm');
  linear(graph, parts.head, last, names.logits);
  logSumExp(graph, names.logits, names.logSumExp);
  graph.node('Concat', added, names.added, { axis: 0n });
  graph.output(names.logits, DataType.FLOAT);
  graph.output(names.logSumExp, DataType.FLOAT);
  graph.output(names.added, DataType.FLOAT);
  parts.blocks.forEach((_, layer) => graph.output(names.attention(layer), DataType.FLOAT));
  return graph.model();
}

function embed(graph: GraphBuilder, embedding: Embedding, rows: string, name: string): string {
  const { table, scale, zeroPoint } = embedding;
  const gathered = graph.node('Gather', [graph.tensor(table, `${name}.table`), rows], `${name}.rows`);
  if (!scale) return gathered;
  const inputs = [gathered, graph.tensor(scale, `${name}.scale`)];
  if (zeroPoint) inputs.push(graph.tensor(zeroPoint, `${name}.zero_point`));
  return graph.node('DequantizeLinear', inputs, name);
}

function normalize(graph: GraphBuilder, norm: Normalization, input: string, name: string): string {
  return graph.node(
    'LayerNormalization',
    [input, graph.tensor(norm.scale, `${name}.scale`), graph.tensor(norm.bias, `${name}.bias`)],
    name,
    { axis: -1n, epsilon: norm.epsilon },
  );
}

/** The sum of two values and its layer normalization, by one operator; returns the normalized sum and the sum. */
function addAndNormalize(
  graph: GraphBuilder,
  norm: Normalization,
  summands: readonly [string, string],
  name: string,
): [string, string] {
  const sum = `${name}.sum`;
  graph.nodeOf(
    'SkipLayerNormalization',
    [...summands, graph.tensor(norm.scale, `${name}.scale`), graph.tensor(norm.bias, `${name}.bias`)],
    [name, '', '', sum],
    { epsilon: norm.epsilon },
    contrib,
  );
  return [name, sum];
}

/**
 * log Σ e^x = max x - log max softmax(x). ONNX Runtime's ReduceLogSumExp takes four times as long for a vocabulary.
 */
function logSumExp(graph: GraphBuilder, input: string, output: string): void {
  const axis = graph.int64s('last_axis', [-1]);
  const largest = graph.node('ReduceMax', [input, axis], `${output}.largest`);
  const shares = graph.node('Softmax', [input], `${output}.shares`, { axis: -1n });
  const share = graph.node(
    'Log',
    [graph.node('ReduceMax', [shares, axis], `${output}.share`)],
    `${output}.log`,
  );
  graph.node('Sub', [largest, share], output);
}

/** Writes a linear layer in the form in which it was found. */
function linear(graph: GraphBuilder, layer: Linear, input: string, name: string): string {
  const bias = layer.bias && graph.tensor(layer.bias, `${name}.bias`);
  const product = bias === undefined ? name : `${name}.product`;
  switch (layer.form) {
    case 'float': {
      const weight = graph.tensor(layer.weight, `${name}.weight`);
      if (layer.transposed) graph.node('FusedMatMul', [input, weight], product, { transB: 1n }, contrib);
      else graph.node('MatMul', [input, weight], product);
      break;
    }
    case 'dynamic': {
      const parts = [`${name}.quantized`, `${name}.scale_in`, `${name}.zero_point_in`] as const;
      graph.nodeOf('DynamicQuantizeLinear', [input], parts);
      const factors = [parts[0], graph.tensor(layer.weight, `${name}.weight`), parts[2]];
      if (layer.zeroPoint) factors.push(graph.tensor(layer.zeroPoint, `${name}.zero_point`));
      const integer = graph.node('MatMulInteger', factors, `${name}.integer`);
      const float = graph.node('Cast', [integer], `${name}.float`, { to: BigInt(DataType.FLOAT) });
      const scales = [parts[1], graph.tensor(layer.scale, `${name}.scale`)];
      graph.node('Mul', [float, graph.node('Mul', scales, `${name}.scales`)], product);
      break;
    }
    case 'blocks': {
      const node = clone(NodeProtoSchema, layer.node);
      node.name = product;
      node.input = [
        input,
        ...layer.tensors.map((tensor, place) => (tensor ? graph.tensor(tensor, `${name}.${place}`) : '')),
      ];
      if (bias !== undefined) {
        while (node.input.length < 5) node.input.push('');
        node.input.push(bias);
      }
      node.output = [name];
      graph.add(node);
      return name;
    }
  }
  return bias === undefined ? name : graph.node('Add', [product, bias], name);
}

function activate(graph: GraphBuilder, activation: Activation, input: string, name: string): string {
  const renamed = (value: string): string => {
    if (value === activation.input) return input;
    const constant = activation.constants.get(value);
    return constant ? graph.tensor(constant, `${name}.${value}`) : `${name}.${value}`;
  };
  for (const original of activation.nodes) {
    const node = clone(NodeProtoSchema, original);
    node.name = `${name}.${original.name}`;
    node.input = original.input.map(renamed);
    node.output = original.output.map((value) => `${name}.${value}`);
    graph.add(node);
  }
  return `${name}.${activation.output}`;
}
