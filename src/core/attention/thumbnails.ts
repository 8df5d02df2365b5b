/** Small pictures of every head, for an overview of all at once, and the bytes that pictures are made of. */

/** Side of the largest thumbnail in cells: where there are many heads each is drawn on some 40 pixels. */
const maxSide = 48;

/** Bytes that the thumbnails of a text take together at most: they are the first that a view waits for. */
const maxBytes = 768 * 1024;

/** Cells of a side of `length` tokens: a cell a token, at most 48, fewer where there are more than 341 heads. */
export function thumbnailSide(length: number, heads: number): number {
  return Math.min(length, maxSide, Math.floor(Math.sqrt(maxBytes / heads)));
}

/**
 * A probability as a byte, `round(255 * sqrt(p))`. The square root keeps small probabilities apart: even
 * attention over 512 tokens would be less than half a linear step.
 */
export function quantize(probability: number): number {
  return Math.round(255 * Math.sqrt(Math.min(Math.max(probability, 0), 1)));
}

/** All values of a matrix as bytes; see {@link quantize}. */
export function quantizeAll(matrix: Float32Array): Uint8Array {
  const result = new Uint8Array(matrix.length);
  for (let at = 0; at < matrix.length; at++) result[at] = quantize(matrix[at]!);
  return result;
}

/** A thumbnail's sides in cells. */
export interface ThumbnailSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Writes the thumbnail of a matrix [queries, keys] to `result` from `to` on, [rows, columns]. A cell is the quantized
 * maximum of the attentions that fall into it, so that a single strong one isn't lost; query i falls into row
 * floor(i * rows / queries), and keys into columns likewise.
 */
export function thumbnail(
  matrix: Float32Array,
  keys: number,
  { rows, columns }: ThumbnailSize,
  result: Uint8Array,
  to: number,
): void {
  const rowStarts = startsOf(rows, matrix.length / keys);
  const columnStarts = startsOf(columns, keys);
  // Floats that aren't negative are in the order of their bits. As integers they are compared without a branch, which
  // the processor would guess wrong every other time; all values of all heads are, so this third less time is felt.
  const bits = new Int32Array(matrix.buffer, matrix.byteOffset, matrix.length);
  const maximumBits = new Int32Array(columns);
  const maxima = new Float32Array(maximumBits.buffer);
  for (let row = 0; row < rows; row++) {
    maximumBits.fill(0);
    for (let query = rowStarts[row]!; query < rowStarts[row + 1]!; query++) {
      const from = query * keys;
      for (let column = 0; column < columns; column++) {
        let max = maximumBits[column]!;
        const end = from + columnStarts[column + 1]!;
        for (let at = from + columnStarts[column]!; at < end; at++) {
          // Without the sign, for a crumb below 0.
          const lead = max - (bits[at]! & 0x7fffffff);
          max -= lead & (lead >> 31);
        }
        maximumBits[column] = max;
      }
    }
    for (let column = 0; column < columns; column++) result[to++] = quantize(maxima[column]!);
  }
}

/** Where each of `cells` cells begins among `length` tokens, and where the last ends. */
function startsOf(cells: number, length: number): Int32Array {
  return Int32Array.from({ length: cells + 1 }, (_, cell) => Math.ceil((cell * length) / cells));
}
