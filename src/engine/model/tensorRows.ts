/** Rows of a tensor, its first dimension. */
import type { TensorData, TypedArray } from '../onnx/session';

/** The rows of `tensor` in `rows`' order; one may come several times or not at all. */
export function gatherRows(tensor: TensorData, rows: readonly number[]): TensorData {
  const { data, dims } = tensor;
  if (rows.length === dims[0] && rows.every((row, index) => row === index)) return tensor;
  const size = dims[0] ? data.length / dims[0] : 0;
  const gathered = new (data.constructor as new (length: number) => TypedArray)(rows.length * size);
  rows.forEach((row, index) => {
    // Both arrays have the same type, which the compiler can't follow.
    (gathered as Float32Array).set(data.subarray(row * size, (row + 1) * size) as Float32Array, index * size);
  });
  return { ...tensor, data: gathered, dims: [rows.length, ...dims.slice(1)] };
}

/** A tensor of one row with that row `count` times. */
export function repeatRows(tensor: TensorData, count: number): TensorData {
  return gatherRows(tensor, Array<number>(count).fill(0));
}
