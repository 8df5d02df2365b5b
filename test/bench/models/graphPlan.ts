/** A graph whose weights are not held but made when they are written. */
import type { ModelProto, TensorProto_DataType } from '../../../src/engine/onnx/gen/onnx_pb';

export interface PlannedTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: TensorProto_DataType;
  /** The values in C order, little endian; as many bytes as dims and type say. */
  readonly bytes: () => Uint8Array;
}

/** A float32 tensor of the stock graph, before its weights are quantised. */
export interface FloatTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: () => Float32Array;
}

/** Nodes, inputs and outputs are in `model`; its initializers are in `tensors`. */
export interface FloatGraph {
  readonly model: ModelProto;
  readonly tensors: readonly FloatTensor[];
}

export interface GraphPlan {
  readonly model: ModelProto;
  readonly tensors: readonly PlannedTensor[];
}

export function bytesOf(values: Float32Array | Int8Array | Uint8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
