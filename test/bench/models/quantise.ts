/**
 * Quantising a float graph's weights as ONNX Runtime's own tools do it: `quantize_dynamic` with per-channel int8
 * weights (the usual `model_quantized.onnx`) and `MatMulNBitsQuantizer` (the usual `model_q4.onnx`).
 */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType as DataType,
  type AttributeProto,
  type NodeProto,
} from '../../../src/engine/onnx/gen/onnx_pb';
import { bytesOf, type FloatGraph, type FloatTensor, type GraphPlan, type PlannedTensor } from './graphPlan';

/** The graph with its float32 weights as they are. */
export function asFloat({ model, tensors }: FloatGraph): GraphPlan {
  return {
    model,
    tensors: tensors.map(({ name, dims, values }) => ({
      name,
      dims,
      type: DataType.FLOAT,
      bytes: () => bytesOf(values()),
    })),
  };
}

/**
 * int8: matrix products become DynamicQuantizeLinear and MatMulInteger with one scale a column, embeddings are kept
 * as uint8 with one scale. Changes the graph's nodes.
 */
export function quantiseDynamically({ model, tensors }: FloatGraph): GraphPlan {
  const weights = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const quantised = new Map<string, PlannedTensor[]>();
  /** Activations are quantised once for all products that take them. */
  const activations = new Set<string>();
  model.graph!.node = model.graph!.node.flatMap((node) => {
    const product = weightedProduct(node, weights);
    if (product) {
      const { weight } = product;
      if (!quantised.has(weight.name)) quantised.set(weight.name, int8Columns(weight));
      const quantiser = activations.has(node.input[0]!) ? [] : [quantiseActivation(node.input[0]!)];
      activations.add(node.input[0]!);
      return [...quantiser, ...integerProduct(node, product)];
    }
    const table = node.opType === 'Gather' ? weights.get(node.input[0]!) : undefined;
    if (!table) return [node];
    if (!quantised.has(table.name)) quantised.set(table.name, uint8Whole(table));
    return quantisedGather(node, table.name);
  });
  return planned({ model, tensors }, quantised);
}

/**
 * 4 bits: matrix products become MatMulNBits in blocks of 32 along the input, symmetric, with int8 arithmetic
 * (accuracy_level 4). Embeddings stay float32, as ONNX Runtime's tool leaves them. Changes the graph's nodes.
 */
export function quantiseToFourBits({ model, tensors }: FloatGraph): GraphPlan {
  const weights = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const quantised = new Map<string, PlannedTensor[]>();
  model.graph!.node = model.graph!.node.flatMap((node) => {
    const product = weightedProduct(node, weights);
    if (!product) return [node];
    const { weight, bias } = product;
    quantised.set(weight.name, fourBitBlocks(weight));
    const output = node.output[0]!;
    const [k, n] = weight.dims as [number, number];
    const raw = bias === undefined ? output : `${output}_MatMul`;
    const nodes = [
      make({
        opType: 'MatMulNBits',
        domain: 'com.microsoft',
        name: `${node.name}_Q4`,
        input: [node.input[0]!, `${weight.name}_Q4`, `${weight.name}_scales`],
        output: [raw],
        attribute: Object.entries({ K: k, N: n, bits: 4, block_size: blockSize, accuracy_level: 4 }).map(
          ([name, value]) => intAttribute(name, value),
        ),
      }),
    ];
    if (bias !== undefined)
      nodes.push(make({ opType: 'Add', name: `${node.name}_Add`, input: [raw, bias], output: [output] }));
    return nodes;
  });
  model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n }));
  return planned({ model, tensors }, quantised);
}

/** The float tensors that were replaced, replaced. */
function planned(graph: FloatGraph, quantised: ReadonlyMap<string, PlannedTensor[]>): GraphPlan {
  const plan = asFloat(graph);
  return { ...plan, tensors: plan.tensors.flatMap((tensor) => quantised.get(tensor.name) ?? [tensor]) };
}

interface WeightedProduct {
  readonly weight: FloatTensor;
  readonly bias: string | undefined;
}

function weightedProduct(
  node: NodeProto,
  weights: ReadonlyMap<string, FloatTensor>,
): WeightedProduct | undefined {
  if (node.opType !== 'MatMul' && node.opType !== 'Gemm') return undefined;
  const weight = weights.get(node.input[1]!);
  return weight && { weight, bias: node.opType === 'Gemm' ? node.input[2] : undefined };
}

function quantiseActivation(value: string): NodeProto {
  return make({
    opType: 'DynamicQuantizeLinear',
    name: `${value}_QuantizeLinear`,
    input: [value],
    output: [`${value}_quantized`, `${value}_scale`, `${value}_zero_point`],
  });
}

function integerProduct(node: NodeProto, { weight, bias }: WeightedProduct): NodeProto[] {
  const [value] = node.input as [string];
  const [output] = node.output as [string];
  const name = bias === undefined ? node.name : `${node.name}_MatMul`;
  const product = bias === undefined ? output : `${output}_MatMul`;
  const whole = `${product}_output_quantized`;
  const nodes = [
    make({
      opType: 'Mul',
      name: `${name}_quant_scales_mul`,
      input: [`${value}_scale`, `${weight.name}_scale`],
      output: [`${name}_quant_scales_mul:0`],
    }),
    make({
      opType: 'MatMulInteger',
      name: `${name}_quant`,
      input: [
        `${value}_quantized`,
        `${weight.name}_quantized`,
        `${value}_zero_point`,
        `${weight.name}_zero_point`,
      ],
      output: [whole],
    }),
    make({
      opType: 'Cast',
      name: `${whole}_cast`,
      input: [whole],
      output: [`${whole}_cast_output`],
      attribute: [intAttribute('to', DataType.FLOAT)],
    }),
    make({
      opType: 'Mul',
      name: `${name}_quant_output_scale_mul`,
      input: [`${whole}_cast_output`, `${name}_quant_scales_mul:0`],
      output: [product],
    }),
  ];
  if (bias !== undefined)
    nodes.push(make({ opType: 'Add', name: `${node.name}_Add`, input: [product, bias], output: [output] }));
  return nodes;
}

function quantisedGather(node: NodeProto, table: string): NodeProto[] {
  const [output] = node.output as [string];
  return [
    make({
      opType: 'Gather',
      name: node.name,
      input: [`${table}_quantized`, node.input[1]!],
      output: [`${output}_quantized`],
      attribute: node.attribute,
    }),
    make({
      opType: 'DequantizeLinear',
      name: `${output}_DequantizeLinear`,
      input: [`${output}_quantized`, `${table}_scale`, `${table}_zero_point`],
      output: [output],
    }),
  ];
}

/** One scale a column, no zero point. */
function int8Columns({ name, dims, values }: FloatTensor): PlannedTensor[] {
  const [rows, columns] = dims as [number, number];
  const scales = (all: Float32Array): Float32Array => {
    const largest = new Float32Array(columns);
    for (let row = 0, at = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, at++) {
        const size = Math.abs(all[at]!);
        if (size > largest[column]!) largest[column] = size;
      }
    // A column of zeros may have any scale but 0.
    return largest.map((size) => (size || 1) / 127);
  };
  return [
    { name: `${name}_scale`, dims: [columns], type: DataType.FLOAT, bytes: () => bytesOf(scales(values())) },
    {
      name: `${name}_zero_point`,
      dims: [columns],
      type: DataType.INT8,
      bytes: () => new Uint8Array(columns),
    },
    {
      name: `${name}_quantized`,
      dims,
      type: DataType.INT8,
      bytes: () => {
        const all = values();
        const scale = scales(all);
        const quantised = new Int8Array(all.length);
        for (let row = 0, at = 0; row < rows; row++)
          for (let column = 0; column < columns; column++, at++)
            quantised[at] = Math.round(all[at]! / scale[column]!);
        return bytesOf(quantised);
      },
    },
  ];
}

/** One scale and zero point for a whole table. */
function uint8Whole({ name, dims, values }: FloatTensor): PlannedTensor[] {
  const range = (all: Float32Array): { scale: number; zero: number } => {
    let low = 0;
    let high = 0;
    for (const value of all) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const scale = Math.fround((high - low) / 255);
    return { scale, zero: Math.round(-low / scale) };
  };
  return [
    {
      name: `${name}_scale`,
      dims: [],
      type: DataType.FLOAT,
      bytes: () => bytesOf(Float32Array.of(range(values()).scale)),
    },
    {
      name: `${name}_zero_point`,
      dims: [],
      type: DataType.UINT8,
      bytes: () => Uint8Array.of(range(values()).zero),
    },
    {
      name: `${name}_quantized`,
      dims,
      type: DataType.UINT8,
      bytes: () => {
        const all = values();
        const { scale, zero } = range(all);
        const quantised = new Uint8Array(all.length);
        for (let at = 0; at < all.length; at++)
          quantised[at] = Math.min(255, Math.max(0, Math.round(all[at]! / scale) + zero));
        return quantised;
      },
    },
  ];
}

/** Weights that share a scale, along a product's input. */
export const blockSize = 32;

/**
 * A row in blocks of 32, each with the scale that gives its value of the largest size the quantised value -8
 * (llama.cpp's Q4_0 and MatMulNBits with its default zero point of 8).
 * @param row starts at `start` and is a multiple of the block long
 * @param visit called with each block: its scale, and its values + 8, in [0, 15]; the array is used again
 */
export function eachFourBitBlock(
  row: Float32Array,
  visit: (scale: number, values: Uint8Array, block: number) => void,
): void {
  const values = new Uint8Array(blockSize);
  for (let start = 0, block = 0; start < row.length; start += blockSize, block++) {
    let extreme = 0;
    for (let at = start; at < start + blockSize; at++)
      if (Math.abs(row[at]!) > Math.abs(extreme)) extreme = row[at]!;
    const scale = extreme / -8;
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let at = 0; at < blockSize; at++)
      values[at] = Math.min(15, Math.floor(row[start + at]! * inverse + 8.5));
    visit(scale, values, block);
  }
}

/** The rows of a [in, out] matrix's transpose, one an output. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  // In tiles, so that both sides stay in the processor's cache.
  const tile = 64;
  for (let top = 0; top < rows; top += tile)
    for (let left = 0; left < columns; left += tile)
      for (let row = top; row < Math.min(rows, top + tile); row++)
        for (let column = left; column < Math.min(columns, left + tile); column++)
          turned[column * rows + row] = values[row * columns + column]!;
  return turned;
}

/** MatMulNBits' layout: [out, blocks, 16 bytes], the value with the even index in the low half of a byte. */
function fourBitBlocks({ name, dims, values }: FloatTensor): PlannedTensor[] {
  const [k, n] = dims as [number, number];
  const blocks = k / blockSize;
  const eachBlock = (visit: (scale: number, block: Uint8Array, index: number) => void): void => {
    const turned = transposed(values(), k, n);
    for (let row = 0; row < n; row++)
      eachFourBitBlock(turned.subarray(row * k, (row + 1) * k), (scale, block, index) =>
        visit(scale, block, row * blocks + index),
      );
  };
  return [
    {
      name: `${name}_Q4`,
      dims: [n, blocks, blockSize / 2],
      type: DataType.UINT8,
      bytes: () => {
        const packed = new Uint8Array((n * k) / 2);
        eachBlock((_, block, index) => {
          for (let at = 0; at < blockSize / 2; at++)
            packed[(index * blockSize) / 2 + at] = block[2 * at]! | (block[2 * at + 1]! << 4);
        });
        return packed;
      },
    },
    {
      name: `${name}_scales`,
      dims: [n * blocks],
      type: DataType.FLOAT,
      bytes: () => {
        const scales = new Float32Array(n * blocks);
        eachBlock((scale, _, index) => (scales[index] = scale));
        return bytesOf(scales);
      },
    },
  ];
}

function make(init: MessageInitShape<typeof NodeProtoSchema>): NodeProto {
  return create(NodeProtoSchema, init);
}

function intAttribute(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}
