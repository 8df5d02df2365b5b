import assert from 'node:assert/strict';
import { create } from '@bufbuild/protobuf';
import { english } from '../../../../src/core/message';
import { findAttentions } from '../../../../src/engine/onnx/attention';
import { FunctionProtoSchema, type NodeProto } from '../../../../src/engine/onnx/gen/onnx_pb';
import { graph, info, model, node, weight } from './build';

const inputs = ['query', 'key', 'value', 'mask', 'hidden'].map((name) => info(name));
const weights = [
  weight('scale', [], [0.5]),
  weight('least', [], [-1e9]),
  weight('matrix', [2, 2], [1, 2, 3, 4]),
  weight('zero', [], [0]),
];

function find(...nodes: NodeProto[]): ReturnType<typeof findAttentions> {
  return findAttentions(model(graph({ nodes, inputs, weights })));
}

/** Plain attention from query, key and value, with values named by `suffix`. */
function attention(suffix = ''): NodeProto[] {
  return [
    node('MatMul', ['query', 'key'], [`scores${suffix}`]),
    node('Mul', [`scores${suffix}`, 'scale'], [`scaled${suffix}`]),
    node('Add', [`scaled${suffix}`, 'mask'], [`masked${suffix}`]),
    node('Softmax', [`masked${suffix}`], [`probabilities${suffix}`], { axis: -1 }),
    node('MatMul', [`probabilities${suffix}`, 'value'], [`context${suffix}`]),
  ];
}

describe('findAttentions', () => {
  it('finds plain attention, layer by layer', () => {
    assert.deepEqual(find(...attention('0'), ...attention('1'), ...attention('2')).probabilities, [
      'probabilities0',
      'probabilities1',
      'probabilities2',
    ]);
  });

  const forms: Record<string, NodeProto[]> = {
    'Div, Where and Cast before, Cast and Dropout behind': [
      node('MatMul', ['query', 'key'], ['scores']),
      node('Div', ['scores', 'scale'], ['scaled']),
      node('Where', ['mask', 'scaled', 'least'], ['masked']),
      node('Cast', ['masked'], ['wide'], { to: 1 }),
      node('Softmax', ['wide'], ['probabilities']),
      node('Cast', ['probabilities'], ['narrow'], { to: 10 }),
      node('Dropout', ['narrow'], ['kept', 'dropped']),
      node('MatMul', ['kept', 'value'], ['context']),
    ],
    'all heads in the batch, as BART has them': [
      node('MatMul', ['query', 'key'], ['scores']),
      node('Reshape', ['scores', 'hidden'], ['by head']),
      node('Add', ['by head', 'mask'], ['masked']),
      node('Reshape', ['masked', 'hidden'], ['flat']),
      node('Softmax', ['flat'], ['probabilities']),
      node('MatMul', ['probabilities', 'value'], ['context']),
    ],
    'rows without any key set to zero': [
      ...attention().slice(0, 4),
      node('IsNaN', ['probabilities'], ['empty']),
      node('Where', ['empty', 'zero', 'probabilities'], ['clean']),
      node('MatMul', ['clean', 'value'], ['context']),
    ],
    'products in 8 bits': [
      node('DynamicQuantizeLinear', ['query'], ['q', 'q scale', 'q zero']),
      node('DynamicQuantizeLinear', ['key'], ['k', 'k scale', 'k zero']),
      node('MatMulInteger', ['q', 'k', 'q zero', 'k zero'], ['product']),
      node('Cast', ['product'], ['cast'], { to: 1 }),
      node('Mul', ['q scale', 'k scale'], ['both']),
      node('Mul', ['cast', 'both'], ['scores']),
      node('Softmax', ['scores'], ['probabilities']),
      node('DynamicQuantizeLinear', ['probabilities'], ['p', 'p scale', 'p zero']),
      node('DynamicQuantizeLinear', ['value'], ['v', 'v scale', 'v zero']),
      node('MatMulInteger', ['p', 'v', 'p zero', 'v zero'], ['context']),
    ],
    'an Einsum': [
      node('Einsum', ['query', 'key'], ['scores']),
      node('Softmax', ['scores'], ['probabilities']),
      node('Einsum', ['probabilities', 'value'], ['context']),
    ],
  };
  for (const [form, nodes] of Object.entries(forms))
    it(`finds it with ${form}`, () => {
      assert.deepEqual(find(...nodes).probabilities, ['probabilities']);
    });

  const others: Record<string, NodeProto[]> = {
    "a classifier's Softmax at the end": [
      node('MatMul', ['hidden', 'matrix'], ['logits']),
      node('Softmax', ['logits'], ['classes']),
    ],
    'a Softmax over a product with weights': [
      node('MatMul', ['hidden', 'matrix'], ['scores']),
      node('Softmax', ['scores'], ['classes']),
      node('MatMul', ['classes', 'value'], ['mixed']),
    ],
    'a Softmax whose result meets weights': [
      node('MatMul', ['query', 'key'], ['scores']),
      node('Softmax', ['scores'], ['classes']),
      node('MatMul', ['classes', 'matrix'], ['mixed']),
    ],
    'a Softmax whose result meets weights that are computed from weights': [
      node('MatMul', ['query', 'key'], ['scores']),
      node('Softmax', ['scores'], ['classes']),
      node('Transpose', ['matrix'], ['turned']),
      node('MatMul', ['classes', 'turned'], ['mixed']),
    ],
    'a Softmax that comes from nowhere': [
      node('Softmax', ['hidden'], ['classes']),
      node('MatMul', ['classes', 'value'], ['mixed']),
    ],
  };
  for (const [other, nodes] of Object.entries(others))
    it(`doesn't take ${other} for attention`, () => {
      const { probabilities, reason } = find(...nodes);
      assert.deepEqual(probabilities, []);
      assert.match(english(reason!), /nothing that looks like attention/);
      // ... nor mistakes it beside attention.
      assert.deepEqual(find(...nodes, ...attention('!')).probabilities, ['probabilities!']);
    });

  for (const operator of [
    'com.microsoft:Attention',
    'com.microsoft:QAttention',
    'com.microsoft:DecoderMaskedMultiHeadAttention',
  ])
    it(`says that ${operator} is fused, also beside layers that aren't`, () => {
      const { probabilities, reason } = find(
        node(operator, ['query', 'key', 'value'], ['context']),
        ...attention(),
      );
      assert.deepEqual(probabilities, []);
      const [domain, name] = operator.split(':');
      assert(english(reason!).includes(`one fused operator (${name} of ${domain})`), english(reason!));
    });

  it('says that attention is computed in 8 bits', () => {
    const { probabilities, reason } = find(
      node('com.microsoft:QLinearSoftmax', ['query', 'scale', 'zero', 'scale', 'zero'], ['probabilities']),
    );
    assert.deepEqual(probabilities, []);
    assert.match(english(reason!), /QOperator form/);
  });

  it('says that attention is in a branch', () => {
    const { probabilities, reason } = find(
      node('If', ['mask'], ['context'], {
        then_branch: graph({ nodes: attention(), outputs: [info('context')] }),
        else_branch: graph({ nodes: attention(), outputs: [info('context')] }),
      }),
    );
    assert.deepEqual(probabilities, []);
    assert.match(english(reason!), /branches of a condition/);
  });

  it('says that attention is in a function of the file', () => {
    const withFunction = model(
      graph({ nodes: [node('own:Layer', ['hidden'], ['context'])], inputs, weights }),
    );
    withFunction.functions.push(
      create(FunctionProtoSchema, { name: 'Layer', domain: 'own', node: attention() }),
    );
    const { probabilities, reason } = findAttentions(withFunction);
    assert.deepEqual(probabilities, []);
    assert.match(english(reason!), /functions of its own \(Layer\)/);
  });
});
