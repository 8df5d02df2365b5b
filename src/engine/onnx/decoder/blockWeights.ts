/**
 * Dynamically quantised weights laid out anew for MatMulNBits of 8 bits, which reads them at the memory's speed
 * where DynamicQuantizeLinear with MatMulInteger doesn't. Weights, scales and zero points keep their values. The
 * activations are quantised by blocks of a row instead of all together, which is closer to float32.
 */
import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  type TensorProto,
} from '../gen/onnx_pb';
import { contrib } from './graphBuilder';
import type { BlockLinear, DynamicLinear } from './linear';

/**
 * Weights of one column that share a scale. The larger the block, the quicker the product: 256 were read up to 9% sooner
 * than 128. 256 only where it divides the inputs, as the last block is filled up.
 */
export function blockSizeOf(inputs: number): number {
  return inputs % 256 === 0 ? 256 : 128;
}

/** Tensors of MatMulNBits. */
export interface BlockWeights {
  /** uint8 [outputs, blocks, block size]; the last block is filled up with the zero point. */
  readonly weight: Uint8Array;
  /** [outputs, blocks] */
  readonly scales: Float32Array;
  /** uint8 [outputs, blocks]; none where it is 128, the operator's own. */
  readonly zeroPoints?: Uint8Array;
}

/**
 * Lays weights out by blocks. Exact: (weight - zero point) * scale stays the same for each.
 * @param weight [inputs, outputs], bytes of int8 or uint8
 * @param scales one, or one a column
 * @param zeroPoints one, or one a column, bytes of the weight's type
 */
export function toBlocks(
  { inputs, outputs }: { inputs: number; outputs: number },
  weight: Uint8Array,
  isSigned: boolean,
  scales: Float32Array,
  zeroPoints: Uint8Array = new Uint8Array(1),
): BlockWeights {
  const blockSize = blockSizeOf(inputs);
  const blocks = Math.ceil(inputs / blockSize);
  const width = blocks * blockSize;
  // -128 ... 127 as 0 ... 255.
  const flip = isSigned ? 0x80 : 0;
  const zeroPointOf = (column: number): number => zeroPoints[zeroPoints.length === 1 ? 0 : column]! ^ flip;
  const laid = new Uint8Array(outputs * width);
  const tile = 64;
  for (let top = 0; top < inputs; top += tile) {
    const bottom = Math.min(top + tile, inputs);
    for (let left = 0; left < outputs; left += tile) {
      const right = Math.min(left + tile, outputs);
      for (let column = left; column < right; column++)
        for (let row = top, to = column * width + top, from = top * outputs + column; row < bottom; row++) {
          laid[to++] = weight[from]! ^ flip;
          from += outputs;
        }
    }
  }
  const laidScales = new Float32Array(outputs * blocks);
  const laidZeroPoints = new Uint8Array(outputs * blocks);
  for (let column = 0; column < outputs; column++) {
    const zeroPoint = zeroPointOf(column);
    laid.fill(zeroPoint, column * width + inputs, (column + 1) * width);
    laidScales.fill(scales[scales.length === 1 ? 0 : column]!, column * blocks, (column + 1) * blocks);
    laidZeroPoints.fill(zeroPoint, column * blocks, (column + 1) * blocks);
  }
  const isUsual = laidZeroPoints.every((zeroPoint) => zeroPoint === 0x80);
  return { weight: laid, scales: laidScales, ...(!isUsual && { zeroPoints: laidZeroPoints }) };
}

/**
 * The same linear layer by MatMulNBits.
 * @param read a tensor's bytes
 * @param write keeps new data, and gives the tensor for them
 */
export function layOut(
  linear: DynamicLinear,
  read: (tensor: TensorProto) => Uint8Array,
  write: (dataType: DataType, dims: readonly number[], data: Uint8Array) => TensorProto,
): BlockLinear {
  const { inputs, outputs, input, bias } = linear;
  const isSigned = (linear.weight.dataType as DataType) === DataType.INT8;
  const scales = new Float32Array(read(linear.scale).slice().buffer);
  const laid = toBlocks(
    linear,
    read(linear.weight),
    isSigned,
    scales,
    linear.zeroPoint && read(linear.zeroPoint),
  );
  const blocks = laid.scales.length / outputs;
  const blockSize = blockSizeOf(inputs);
  const tensors = [
    write(DataType.UINT8, [outputs, blocks, blockSize], laid.weight),
    write(DataType.FLOAT, [outputs, blocks], new Uint8Array(laid.scales.buffer)),
    laid.zeroPoints && write(DataType.UINT8, [outputs, blocks], laid.zeroPoints),
  ];
  if (!tensors[2]) tensors.pop();
  // Accuracy level 4: the activations in 8 bits.
  const attributes = { K: inputs, N: outputs, bits: 8, block_size: blockSize, accuracy_level: 4 };
  const node = create(NodeProtoSchema, {
    opType: 'MatMulNBits',
    domain: contrib,
    attribute: Object.entries(attributes).map(([name, value]) =>
      create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) }),
    ),
  });
  return { form: 'blocks', input, inputs, outputs, node, tensors, ...(bias && { bias }) };
}
