/** ONNX Runtime's session with types, plain data in and out. */
import type { InferenceSession } from 'onnxruntime-node';
import type { ElementType } from './graph';
import type { Runtime } from './platform';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A tensor as plain data, C order. float16 is kept as its bits in a Uint16Array, bool as bytes. */
export interface TensorData {
  readonly type: ElementType;
  readonly data: TypedArray;
  readonly dims: readonly number[];
}

export interface Session {
  /**
   * Runs the graph once. Blocks this thread's event loop while it computes, and can't be stopped.
   * @param feeds a tensor for each input, by name
   * @param fetches names of the outputs that are wanted; the others cost nothing
   */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    fetches: readonly string[],
  ): Promise<Record<string, TensorData>>;
  /** Closes the session and gives its memory back. */
  release(): Promise<void>;
}

export interface SessionSettings {
  readonly threads: number;
  /** Folder that the locations of external data are relative to. */
  readonly folder?: string;
  /** Contents of external data, by location. */
  readonly externalData?: readonly { path: string; data: Uint8Array }[];
}

/**
 * Opens a session on a model's bytes.
 * @throws ONNX Runtime's error
 */
export async function openSession(
  runtime: Runtime,
  model: Uint8Array,
  { threads, folder, externalData }: SessionSettings,
): Promise<Session> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors are thrown as well; nothing else is worth a line on stderr.
    logSeverityLevel: 4,
    extra: {
      session: {
        // Threads wait for the next operator awake, which is faster than being woken, but give up soon: waiting on
        // and on slows runs down several times where other programs want the processor. After a run they sleep.
        intra_op: { spin_duration_us: '50' },
        force_spinning_stop: '1',
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder }),
      },
    },
    ...(externalData?.length ? { externalData } : {}),
  };
  const session = await runtime.InferenceSession.create(model, options);
  return {
    async run(feeds, fetches) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { type, data, dims }]) => [
          name,
          new runtime.Tensor(type as 'float32', data as Float32Array, dims),
        ]),
      );
      const results = await session.run(tensors, fetches);
      return Object.fromEntries(
        Object.entries(results).map(([name, { type, data, dims }]) => [
          name,
          {
            type: type as ElementType,
            data: type === 'float16' ? bits(data as Uint16Array) : (data as TypedArray),
            dims,
          },
        ]),
      );
    },
    release: () => session.release(),
  };
}

/** Newer versions of Node have a Float16Array, which ONNX Runtime then returns. */
function bits(data: Uint16Array | { buffer: ArrayBuffer; byteOffset: number; length: number }): Uint16Array {
  return data instanceof Uint16Array ? data : new Uint16Array(data.buffer, data.byteOffset, data.length);
}

/**
 * A tensor's values as float32: the same array where they are, else a new one.
 * @throws Error for element types that float32 can't hold
 */
export function toFloat32({ type, data }: TensorData): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === 'float16') {
    const values = new Float32Array(data.length);
    for (let index = 0; index < values.length; index++)
      values[index] = halfToNumber((data as Uint16Array)[index]!);
    return values;
  }
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    throw new Error(`A tensor of ${type} doesn't fit into float32.`);
  return Float32Array.from(data);
}

/** IEEE 754 binary16 to a number. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
