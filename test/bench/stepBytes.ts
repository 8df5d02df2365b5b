/** How much memory one decoding step has to read. */
import type { NodeProto } from '../../src/engine/onnx/gen/onnx_pb';
import { readStub } from '../../src/engine/onnx/modelFile';

/** Products by weights, and which of their inputs are the weights with what belongs to them. */
const weightInputs: Record<string, readonly number[]> = {
  MatMul: [1],
  Gemm: [1, 2],
  MatMulInteger: [1],
  MatMulNBits: [1, 2, 3],
};

/** Bytes of an element by ONNX's number of its type. */
const elementSize: Record<number, number> = { 1: 4, 2: 1, 3: 1, 10: 2 };

/**
 * Bytes that a step with one new token reads: the weights of all matrix products, as they are in the stock file,
 * and the keys and values of `context` positions in float32. Embeddings, of which a step reads one row, and small
 * vectors don't count.
 * @throws Error when the file has no cache
 */
export function bytesPerStep(file: string, context: number): number {
  const graph = readStub(file)?.model.graph;
  if (!graph) throw new Error(`"${file}" can't be read as a stub.`);
  const sizes = new Map(
    graph.initializer.map(({ name, dims, dataType }) => [
      name,
      dims.reduce((product, dim) => product * Number(dim), elementSize[dataType] ?? 0),
    ]),
  );
  const weights = new Set(
    graph.node.flatMap((node: NodeProto) =>
      (weightInputs[node.opType] ?? [])
        .map((index) => node.input[index])
        .filter((name) => name !== undefined),
    ),
  );
  const weightBytes = [...weights].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  const cacheBytes = graph.input
    .filter(({ name }) => name.startsWith('past_key_values.'))
    .reduce((sum, { type }) => {
      const dims = type!.tensorType!.shape!.dim;
      return sum + Number(dims[1]!.dimValue) * Number(dims[3]!.dimValue) * context * 4;
    }, 0);
  if (cacheBytes === 0) throw new Error(`"${file}" has no past key values.`);
  return weightBytes + cacheBytes;
}
