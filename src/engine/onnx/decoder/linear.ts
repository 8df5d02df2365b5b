/**
 * Linear layers, y = x W + b, in the forms in which exporters and quantisers write them:
 * - `float`: Gemm, or MatMul with or without Add
 * - `dynamic`: DynamicQuantizeLinear, MatMulInteger, Cast and Mul (onnxruntime's quantize_dynamic)
 * - `blocks`: MatMulNBits of com.microsoft
 */
import { TensorProto_DataType as DataType, type NodeProto, type TensorProto } from '../gen/onnx_pb';
import { intAttribute, type GraphIndex } from '../graph';
import { constantTensor, dimsOf, maker } from './constants';

interface AnyLinear {
  /** The value that is multiplied. */
  readonly input: string;
  /** Size of the input's last dim. */
  readonly inputs: number;
  /** Size of the output's last dim. */
  readonly outputs: number;
  /** [outputs], float32. */
  readonly bias?: TensorProto;
}

export interface FloatLinear extends AnyLinear {
  readonly form: 'float';
  /** [inputs, outputs], or the other way round when `transposed`; float32. */
  readonly weight: TensorProto;
  readonly transposed: boolean;
}

export interface DynamicLinear extends AnyLinear {
  readonly form: 'dynamic';
  /** [inputs, outputs], int8 or uint8. */
  readonly weight: TensorProto;
  /** float32, one or one a column. */
  readonly scale: TensorProto;
  /** Of the weight's type, one or one a column; none means 0. */
  readonly zeroPoint?: TensorProto;
}

export interface BlockLinear extends AnyLinear {
  readonly form: 'blocks';
  /** The MatMulNBits node; its inputs but the first and the bias are `tensors`. */
  readonly node: NodeProto;
  /** B, scales, and where given zero points and group indices. */
  readonly tensors: readonly (TensorProto | undefined)[];
}

export type Linear = FloatLinear | DynamicLinear | BlockLinear;

/** The linear layer that makes `value`, but for its shape; undefined when something else does. */
export function findLinear(index: GraphIndex, value: string): Linear | undefined {
  const node = maker(index, value);
  switch (node?.opType) {
    case 'Gemm':
      return gemm(index, node);
    case 'Add':
      for (const [summand, other] of [
        [0, 1],
        [1, 0],
      ] as const) {
        const bias = vector(index, node.input[other]!);
        const linear = bias && findLinear(index, node.input[summand]!);
        if (linear && !linear.bias && dimsOf(bias)[0] === linear.outputs) return { ...linear, bias };
      }
      return undefined;
    case 'MatMul':
      return matMul(index, node);
    case 'Mul':
      return dynamicQuantized(index, node);
    case 'MatMulNBits':
      return blocks(index, node);
    default:
      return undefined;
  }
}

function gemm(index: GraphIndex, node: NodeProto): FloatLinear | undefined {
  const weight = matrix(index, node.input[1]!, DataType.FLOAT);
  if (!weight || intAttribute(node, 'transA')) return undefined;
  for (const name of ['alpha', 'beta'])
    if ((node.attribute.find((attribute) => attribute.name === name)?.f ?? 1) !== 1) return undefined;
  const transposed = intAttribute(node, 'transB') === 1;
  const [inputs, outputs] = transposed ? dimsOf(weight).reverse() : dimsOf(weight);
  const linear = { form: 'float', input: node.input[0]!, weight, transposed } as const;
  const sizes = { inputs: inputs!, outputs: outputs! };
  if (!node.input[2]) return { ...linear, ...sizes };
  const bias = vector(index, node.input[2]);
  return bias && dimsOf(bias)[0] === outputs ? { ...linear, ...sizes, bias } : undefined;
}

function matMul(index: GraphIndex, node: NodeProto): FloatLinear | undefined {
  const input = node.input[0]!;
  const turned = index.producer(node.input[1]!);
  const transposed = turned?.opType === 'Transpose';
  const weight = matrix(index, transposed ? turned.input[0]! : node.input[1]!, DataType.FLOAT);
  if (!weight || index.isConstant(input)) return undefined;
  const [inputs, outputs] = transposed ? dimsOf(weight).reverse() : dimsOf(weight);
  return { form: 'float', input, weight, transposed, inputs: inputs!, outputs: outputs! };
}

/** Mul(Cast(MatMulInteger(quantised x, W)), Mul(scale of x, scale of W)). */
function dynamicQuantized(index: GraphIndex, node: NodeProto): DynamicLinear | undefined {
  for (const [product, factor] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const integer = maker(index, node.input[product]!);
    const scales = maker(index, node.input[factor]!);
    if (integer?.opType !== 'MatMulInteger' || scales?.opType !== 'Mul') continue;
    const quantizer = index.producer(integer.input[0]!);
    if (quantizer?.opType !== 'DynamicQuantizeLinear' || integer.input[2] !== quantizer.output[2])
      return undefined;
    const scaleName = scales.input.find((name) => name !== quantizer.output[1]);
    if (!scales.input.includes(quantizer.output[1]!) || scaleName === undefined) return undefined;
    const weight =
      matrix(index, integer.input[1]!, DataType.INT8) ?? matrix(index, integer.input[1]!, DataType.UINT8);
    const scale = constantTensor(index, scaleName);
    const zeroPoint = integer.input[3] ? constantTensor(index, integer.input[3]) : undefined;
    if (!weight || !scale || (integer.input[3] && !zeroPoint)) return undefined;
    const [inputs, outputs] = dimsOf(weight);
    const fits = (tensor: TensorProto): boolean => [1, outputs].includes(count(tensor));
    if (!fits(scale) || (zeroPoint && !fits(zeroPoint))) return undefined;
    return {
      form: 'dynamic',
      input: quantizer.input[0]!,
      inputs: inputs!,
      outputs: outputs!,
      weight,
      scale,
      ...(zeroPoint && { zeroPoint }),
    };
  }
  return undefined;
}

function blocks(index: GraphIndex, node: NodeProto): BlockLinear | undefined {
  const inputs = intAttribute(node, 'K');
  const outputs = intAttribute(node, 'N');
  if (!inputs || !outputs) return undefined;
  const names = node.input.slice(1, 5);
  const tensors = names.map((name) => (name === '' ? undefined : constantTensor(index, name)));
  if (names.some((name, place) => name !== '' && !tensors[place])) return undefined;
  const scales = tensors[1];
  if ((scales?.dataType as DataType) !== DataType.FLOAT) return undefined;
  const linear = { form: 'blocks', input: node.input[0]!, inputs, outputs, node, tensors } as const;
  if (!node.input[5]) return linear;
  const bias = vector(index, node.input[5]);
  return bias && { ...linear, bias };
}

function matrix(index: GraphIndex, name: string, type: DataType): TensorProto | undefined {
  const tensor = constantTensor(index, name);
  return tensor?.dims.length === 2 && (tensor.dataType as DataType) === type ? tensor : undefined;
}

function vector(index: GraphIndex, name: string): TensorProto | undefined {
  const tensor = constantTensor(index, name);
  return tensor?.dims.length === 1 && (tensor.dataType as DataType) === DataType.FLOAT ? tensor : undefined;
}

export function count(tensor: TensorProto): number {
  return dimsOf(tensor).reduce((product, dim) => product * dim, 1);
}
