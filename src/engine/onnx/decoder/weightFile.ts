/** A file of weights that an ONNX model's tensors point into, as external data. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import * as path from 'node:path';
import { create } from '@bufbuild/protobuf';
import {
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  type TensorProto,
} from '../gen/onnx_pb';

/** Tensors start at whole pages, so that they can be mapped. */
const alignment = 4096;

export class WeightFile {
  readonly #descriptor: number;
  #end = 0;

  /** Starts a new file. */
  constructor(readonly file: string) {
    this.#descriptor = openSync(file, 'w');
  }

  get bytes(): number {
    return this.#end;
  }

  /** Appends data, and returns the tensor that points to them. */
  add(dataType: DataType, dims: readonly number[], data: Uint8Array): TensorProto {
    const offset = Math.ceil(this.#end / alignment) * alignment;
    for (let done = 0; done < data.length;)
      done += writeSync(this.#descriptor, data, done, data.length - done, offset + done);
    this.#end = offset + data.length;
    const entries = { location: path.basename(this.file), offset, length: data.length };
    return create(TensorProtoSchema, {
      dataType,
      dims: dims.map(BigInt),
      dataLocation: DataLocation.EXTERNAL,
      externalData: Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value: String(value) }),
      ),
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === DataLocation.EXTERNAL;
}

/**
 * A tensor's data as they would stand in raw_data.
 * @param folder that locations are relative to
 */
export function tensorBytes(tensor: TensorProto, folder: string): Uint8Array {
  if (isExternal(tensor)) {
    const entry = (key: string): string => tensor.externalData.find((one) => one.key === key)?.value ?? '';
    const bytes = new Uint8Array(Number(entry('length')));
    const descriptor = openSync(path.join(folder, entry('location')), 'r');
    try {
      for (let done = 0; done < bytes.length;) {
        const read = readSync(descriptor, bytes, done, bytes.length - done, Number(entry('offset')) + done);
        if (read === 0) throw new Error(`${entry('location')} ends before its tensor ${tensor.name} does.`);
        done += read;
      }
    } finally {
      closeSync(descriptor);
    }
    return bytes;
  }
  if (tensor.rawData.length > 0) return tensor.rawData;
  switch (tensor.dataType as DataType) {
    case DataType.FLOAT:
      return new Uint8Array(Float32Array.from(tensor.floatData).buffer);
    case DataType.INT8:
    case DataType.UINT8:
      return Uint8Array.from(tensor.int32Data);
    default:
      throw new Error(`The tensor ${tensor.name} has data of a type that isn't read here.`);
  }
}
