/**
 * Reading protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) from an open file, so that
 * a message of several gigabytes can be walked without being held in memory.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Wire types that ONNX files use; groups (3 and 4) were never part of ONNX. */
export const WireKind = { varint: 0, bit64: 1, lengthDelimited: 2, bit32: 5 } as const;

/** One field of a message: where it starts, and where its value lies in the file. Offsets in bytes. */
export interface WireField {
  readonly number: number;
  readonly kind: number;
  /** Where its tag starts. */
  readonly start: number;
  /** Where its value starts; for length-delimited fields behind the length. */
  readonly valueStart: number;
  readonly end: number;
}

/** The bytes can't be protobuf, or end before they should. */
export class WireError extends Error {
  constructor(
    message: string,
    /** True when a field says that it is longer than what is left. */
    readonly beyondEnd: boolean,
  ) {
    super(message);
    this.name = 'WireError';
  }
}

const windowSize = 64 * 1024;

/** A file read through a small window. Synchronous: headers are read in thousands of tiny steps. */
export class WireFile {
  readonly size: number;
  readonly #descriptor: number;
  readonly #window = Buffer.alloc(windowSize);
  #windowStart = 0;
  #windowLength = 0;

  /** @throws the file system's error when it can't be opened */
  constructor(readonly path: string) {
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** A copy of the bytes from `start` up to `end`. */
  bytes(start: number, end: number): Uint8Array {
    const copy = new Uint8Array(end - start);
    if (start >= this.#windowStart && end <= this.#windowStart + this.#windowLength) {
      copy.set(this.#window.subarray(start - this.#windowStart, end - this.#windowStart));
      return copy;
    }
    let done = 0;
    while (done < copy.length) {
      const read = readSync(this.#descriptor, copy, done, copy.length - done, start + done);
      if (read === 0) throw new WireError(`the file ends at byte ${start + done}`, true);
      done += read;
    }
    return copy;
  }

  /**
   * The fields of the message that lies from `start` up to `end`.
   * @throws WireError
   */
  *fields(start: number, end: number): Generator<WireField> {
    let position = start;
    while (position < end) {
      const fieldStart = position;
      const tag = this.#varint(position, end);
      position = tag.end;
      const number = Math.floor(tag.value / 8);
      const kind = tag.value % 8;
      let valueStart = position;
      let length: number;
      if (kind === WireKind.varint) length = this.#varint(position, end).end - position;
      else if (kind === WireKind.bit64) length = 8;
      else if (kind === WireKind.bit32) length = 4;
      else if (kind === WireKind.lengthDelimited) {
        const prefix = this.#varint(position, end);
        valueStart = prefix.end;
        length = prefix.value;
      } else throw new WireError(`unknown wire type ${kind} at byte ${fieldStart}`, false);
      if (number === 0) throw new WireError(`field number 0 at byte ${fieldStart}`, false);
      const fieldEnd = valueStart + length;
      if (fieldEnd > end)
        throw new WireError(`field ${number} at byte ${fieldStart} ends at byte ${fieldEnd} of ${end}`, true);
      yield { number, kind, start: fieldStart, valueStart, end: fieldEnd };
      position = fieldEnd;
    }
  }

  /** Values above 2^53 lose their low digits; as lengths they are beyond any file. */
  #varint(start: number, end: number): { value: number; end: number } {
    let value = 0;
    let scale = 1;
    for (let position = start; position < start + 10; position++) {
      if (position >= end) throw new WireError(`a number is cut off at byte ${position}`, true);
      const byte = this.#byte(position);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return { value, end: position + 1 };
      scale *= 128;
    }
    throw new WireError(`no number at byte ${start}`, false);
  }

  #byte(position: number): number {
    if (position < this.#windowStart || position >= this.#windowStart + this.#windowLength) {
      this.#windowStart = position;
      this.#windowLength = readSync(this.#descriptor, this.#window, 0, windowSize, position);
      if (this.#windowLength === 0) throw new WireError(`the file ends at byte ${position}`, true);
    }
    return this.#window[position - this.#windowStart]!;
  }
}
