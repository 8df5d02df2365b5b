/**
 * Writing GGUF version 3, the file format of llama.cpp
 * (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): a header of metadata and tensor descriptions,
 * then the tensors, each at a multiple of the alignment. Little endian throughout.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { blockSize, eachFourBitBlock } from './quantise';

/** The types of metadata used here, by GGUF's names; lists are of one type. */
export type GgufValue =
  | { type: 'uint32'; value: number }
  | { type: 'float32'; value: number }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'bool'; value: boolean }
  | { type: 'int32s'; value: readonly number[] };

/** Element types of tensors, by ggml's names. */
export type GgufTensorType = 'F32' | 'Q4_0';

export interface GgufTensor {
  readonly name: string;
  /** In C order, rows last to change first; ggml writes them the other way round. */
  readonly dims: readonly number[];
  readonly type: GgufTensorType;
  readonly values: () => Float32Array;
}

const alignment = 32;
const valueTypes = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 };
const tensorTypes: Record<GgufTensorType, number> = { F32: 0, Q4_0: 2 };
const fileTypes: Record<GgufTensorType, number> = { F32: 0, Q4_0: 2 };

/** `general.file_type` of a file whose matrices are of this type. */
export function fileType(type: GgufTensorType): number {
  return fileTypes[type];
}

/** Bytes of a tensor in the file. Q4_0 keeps 32 values in 18 bytes: a float16 scale, then 4 bits each. */
export function tensorBytes({ dims, type }: Pick<GgufTensor, 'dims' | 'type'>): number {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return type === 'F32' ? size * 4 : (size / blockSize) * (2 + blockSize / 2);
}

/** Everything before the first tensor's data, padded to the alignment. */
export function ggufHeader(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly Omit<GgufTensor, 'values'>[],
): Uint8Array {
  const parts: Uint8Array[] = [
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(Object.keys(metadata).length),
  ];
  for (const [key, entry] of Object.entries(metadata)) parts.push(string(key), ...valueParts(entry));
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(
      string(tensor.name),
      uint32(tensor.dims.length),
      ...tensor.dims.toReversed().map(uint64),
      uint32(tensorTypes[tensor.type]),
      uint64(offset),
    );
    offset += padded(tensorBytes(tensor));
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length)]);
}

/** @throws the file system's error; Error when a tensor's values aren't as many as its dims say */
export function writeGguf(
  file: string,
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): void {
  const descriptor = openSync(file, 'w');
  try {
    const write = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    };
    write(ggufHeader(metadata, tensors));
    for (const tensor of tensors) {
      const values = tensor.values();
      const bytes =
        tensor.type === 'F32'
          ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
          : q4_0(values);
      const length = tensorBytes(tensor);
      if (bytes.length !== length)
        throw new Error(`"${tensor.name}" has ${bytes.length} bytes, not the ${length} of its dims.`);
      write(bytes);
      write(new Uint8Array(padded(length) - length));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Blocks of 32: the scale, then 16 bytes with values 0 to 15 in the low halves and 16 to 31 in the high ones. */
export function q4_0(values: Float32Array): Uint8Array {
  const blockBytes = 2 + blockSize / 2;
  const bytes = new Uint8Array((values.length / blockSize) * blockBytes);
  eachFourBitBlock(values, (scale, block, index) => {
    const start = index * blockBytes;
    const half = float16(scale);
    bytes[start] = half & 0xff;
    bytes[start + 1] = half >> 8;
    for (let at = 0; at < blockSize / 2; at++)
      bytes[start + 2 + at] = block[at]! | (block[at + blockSize / 2]! << 4);
  });
  return bytes;
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The bits of the IEEE 754 binary16 number nearest to a value within float16's range. */
export function float16(value: number): number {
  single[0] = value;
  const bits = singleBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const fraction = bits & 0x7fffff;
  // Below the smallest normal number: multiples of 2^-24.
  if (exponent < -14) return sign | Math.round(Math.abs(value) * 2 ** 24);
  const half = ((exponent + 15) << 10) | (fraction >> 13);
  const rest = fraction & 0x1fff;
  // To the nearest, to the even one of two.
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && half & 1) ? 1 : 0));
}

function valueParts(entry: GgufValue): Uint8Array[] {
  switch (entry.type) {
    case 'uint32':
      return [uint32(valueTypes.uint32), uint32(entry.value)];
    case 'float32':
      return [uint32(valueTypes.float32), new Uint8Array(Float32Array.of(entry.value).buffer)];
    case 'bool':
      return [uint32(valueTypes.bool), Uint8Array.of(entry.value ? 1 : 0)];
    case 'string':
      return [uint32(valueTypes.string), string(entry.value)];
    case 'strings':
      return [
        uint32(valueTypes.array),
        uint32(valueTypes.string),
        uint64(entry.value.length),
        ...entry.value.map(string),
      ];
    case 'int32s':
      return [
        uint32(valueTypes.array),
        uint32(valueTypes.int32),
        uint64(entry.value.length),
        new Uint8Array(Int32Array.from(entry.value).buffer),
      ];
  }
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function uint64(value: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
}

function string(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}
