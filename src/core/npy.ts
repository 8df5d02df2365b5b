/** NumPy's file format for one array, version 1.0 (numpy.lib.format, NEP 1). */

/**
 * The bytes of a .npy file: float32, little-endian, C order. ONNX Runtime, and so the engine, runs only on
 * little-endian machines, whose arrays' bytes can be copied as they are.
 *
 * @param parts the values, one part behind the other
 * @param shape its product must be the number of values; else a RangeError is thrown
 */
export function npy(parts: readonly Float32Array[], shape: readonly number[]): Uint8Array {
  const length = shape.reduce((product, side) => product * side, 1);
  const values = parts.reduce((sum, part) => sum + part.length, 0);
  if (length !== values)
    throw new RangeError(`An array of ${values} values can't have the shape [${shape.join(', ')}].`);
  // A Python tuple: one element needs a comma behind it.
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Magic, version and length take 10 bytes; spaces and a line end fill up to a multiple of 64.
  const dataAt = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const header = `${dictionary.padEnd(dataAt - 11)}\n`;
  const bytes = new Uint8Array(dataAt + 4 * values);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  let at = dataAt;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}
