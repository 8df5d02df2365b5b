/** Constant values of a graph: weights by their tensors, and numbers that exporters compute by small nodes. */
import { TensorProto_DataType as DataType, type NodeProto, type TensorProto } from '../gen/onnx_pb';
import { intAttribute, type GraphIndex } from '../graph';

/** Nodes that hand their first input on, but for its shape or element type. */
const passing = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Dropout', 'Flatten']);

/** The value that `value` is, but for its shape, behind nodes that only hand it on. */
export function behind(index: GraphIndex, value: string): string {
  for (let node = index.producer(value); node && passing.has(node.opType); node = index.producer(value))
    value = node.input[0]!;
  return value;
}

/** The node that makes what stands behind `value`. */
export function maker(index: GraphIndex, value: string): NodeProto | undefined {
  return index.producer(behind(index, value));
}

/** The tensor of a constant: an initializer or a Constant node's, behind Identity and Cast to the same type. */
export function constantTensor(index: GraphIndex, value: string): TensorProto | undefined {
  const tensor = index.initializer(value);
  if (tensor) return tensor;
  const node = index.producer(value);
  if (node?.opType === 'Constant') return node.attribute.find(({ name }) => name === 'value')?.t;
  if (node?.opType === 'Identity') return constantTensor(index, node.input[0]!);
  return undefined;
}

export function dimsOf(tensor: TensorProto): number[] {
  return tensor.dims.map(Number);
}

/** The numbers of a small tensor that is stored inside of the model; undefined for other element types. */
export function smallNumbers(tensor: TensorProto): number[] | undefined {
  const { rawData: raw } = tensor;
  // A copy, as the bytes may lie at any offset.
  const buffer = raw.slice().buffer;
  switch (tensor.dataType as DataType) {
    case DataType.FLOAT:
      return tensor.floatData.length > 0 ? tensor.floatData : [...new Float32Array(buffer)];
    case DataType.INT64:
      return tensor.int64Data.length > 0
        ? tensor.int64Data.map(Number)
        : [...new BigInt64Array(buffer)].map(Number);
    case DataType.INT32:
      return tensor.int32Data.length > 0 ? tensor.int32Data : [...new Int32Array(buffer)];
    case DataType.DOUBLE:
      return [...new Float64Array(buffer)];
    case DataType.INT8:
      return tensor.int32Data.length > 0 ? tensor.int32Data : [...new Int8Array(buffer)];
    case DataType.UINT8:
      return tensor.int32Data.length > 0 ? tensor.int32Data : [...raw];
    default:
      return undefined;
  }
}

/**
 * A number that is the same in every run: a constant, or one computed from constants and from the last dim of a
 * value whose last dim is known (exporters compute the square root of the head's size so).
 * @param lastDim the last dim of a value, where it is known
 */
export function constantNumber(
  index: GraphIndex,
  value: string,
  lastDim: (value: string) => number | undefined,
): number | undefined {
  const tensor = constantTensor(index, value);
  if (tensor) {
    const numbers = smallNumbers(tensor);
    return numbers?.length === 1 ? numbers[0] : undefined;
  }
  const node = index.producer(value);
  if (!node) return undefined;
  const operand = (place: number): number => constantNumber(index, node.input[place] ?? '', lastDim) ?? NaN;
  const known = (number: number): number | undefined => (Number.isFinite(number) ? number : undefined);
  switch (node.opType) {
    case 'Identity':
    case 'Cast':
    case 'Squeeze':
    case 'Unsqueeze':
      return known(operand(0));
    case 'Sqrt':
      return known(Math.sqrt(operand(0)));
    case 'Reciprocal':
      return known(1 / operand(0));
    case 'Pow':
      return known(operand(0) ** operand(1));
    case 'Add':
      return known(operand(0) + operand(1));
    case 'Sub':
      return known(operand(0) - operand(1));
    case 'Mul':
      return known(operand(0) * operand(1));
    case 'Div':
      return known(operand(0) / operand(1));
    case 'ConstantOfShape': {
      const filling = node.attribute.find(({ name }) => name === 'value')?.t;
      const numbers = filling ? smallNumbers(filling) : [0];
      return numbers?.[0];
    }
    case 'Slice':
    case 'Gather': {
      const shape = index.producer(node.input[0]!);
      if (shape?.opType !== 'Shape' || intAttribute(shape, 'start') || shape.input.length !== 1)
        return undefined;
      const place = constantNumber(index, node.input[1] ?? '', lastDim);
      // Values here have four dims.
      return place === -1 || place === 3 ? lastDim(shape.input[0]!) : undefined;
    }
    default:
      return undefined;
  }
}
