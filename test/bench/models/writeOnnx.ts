/** Writing a planned graph as an .onnx file, tensor by tensor: the file is larger than what should be held. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { clone, create, toBinary } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
} from '../../../src/engine/onnx/gen/onnx_pb';
import type { GraphPlan, PlannedTensor } from './graphPlan';

/** Field numbers of the ONNX format, all of length-delimited fields. */
const field = { modelGraph: 7, graphInitializer: 5, tensorRawData: 9 };

const elementSize: Partial<Record<DataType, number>> = {
  [DataType.FLOAT]: 4,
  [DataType.UINT8]: 1,
  [DataType.INT8]: 1,
};

/** @throws the file system's error; Error when a tensor's bytes aren't as many as its dims say */
export function writeOnnx(file: string, { model, tensors }: GraphPlan): void {
  const rest = clone(ModelProtoSchema, model);
  const graph = toBinary(GraphProtoSchema, rest.graph!);
  delete rest.graph;
  const heads = tensors.map(tensorHead);
  const graphLength =
    graph.length +
    heads.reduce((sum, { head, prefix, length }) => sum + prefix.length + head.length + length, 0);
  const descriptor = openSync(file, 'w');
  try {
    const write = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    };
    write(toBinary(ModelProtoSchema, rest));
    write(tagged(field.modelGraph, graphLength));
    write(graph);
    tensors.forEach((tensor, index) => {
      const { prefix, head, length } = heads[index]!;
      const bytes = tensor.bytes();
      if (bytes.length !== length)
        throw new Error(`"${tensor.name}" has ${bytes.length} bytes, not the ${length} of its dims.`);
      write(prefix);
      write(head);
      write(bytes);
    });
  } finally {
    closeSync(descriptor);
  }
}

/** What comes before a tensor's bytes: the field's tag and length, and all fields of the tensor but its data. */
function tensorHead(tensor: PlannedTensor): { prefix: Uint8Array; head: Uint8Array; length: number } {
  const size = elementSize[tensor.type];
  if (size === undefined) throw new Error(`Elements of type ${tensor.type} aren't written here.`);
  const length = tensor.dims.reduce((product, dim) => product * dim, size);
  const fields = toBinary(
    TensorProtoSchema,
    create(TensorProtoSchema, {
      name: tensor.name,
      dims: tensor.dims.map(BigInt),
      dataType: tensor.type,
    }),
  );
  const head = Buffer.concat([fields, tagged(field.tensorRawData, length)]);
  return { prefix: tagged(field.graphInitializer, head.length + length), head, length };
}

/** The tag and length of a length-delimited field (https://protobuf.dev/programming-guides/encoding/). */
function tagged(number: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(number * 8 + 2), ...varint(length)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}
