/** How much memory the opened models may take, and which to close for a new one. */
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { graphChoices, precisions } from '../../core/graphFiles';
import { estimateMemory } from '../../core/memory';
import { say, type MessageValue } from '../../core/message';
import { shapeOf } from '../../core/modelShape';
import { EngineError } from '../../protocol/engine';
import type { ModelFolder } from './modelFolder';

/** A text of this many tokens is what a model must at least have room for. */
const usualLength = 512;

/**
 * Bytes that a model takes by estimate, with a text of 512 tokens or its window's length.
 * @param files its .onnx files, all of one precision
 */
export async function estimatedBytes(folder: ModelFolder, files: readonly string[]): Promise<number> {
  const [file = ''] = files;
  const beside = await fs.readdir(path.dirname(file));
  const sizes = await Promise.all(
    beside
      .filter((name) => files.some((one) => name.startsWith(path.basename(one))))
      .map(async (name) => ({ path: name, size: (await fs.stat(path.join(path.dirname(file), name))).size })),
  );
  const [choice] = graphChoices(sizes, folder.family.name);
  const bytes = choice?.size ?? 0;
  const precision =
    precisions
      .filter((end) => end !== '' && file.endsWith(`${end}.onnx`))
      .sort((a, b) => b.length - a.length)[0] ?? '';
  const shape = shapeOf(folder.config as Record<string, unknown>);
  if (!shape) return bytes;
  const load = { length: Math.min(folder.window, usualLength), batch: 1 };
  return estimateMemory(shape, folder.family, load, { bytes, precision }).total;
}

/** An opened model, as the budget sees it. */
export interface Held {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly inUse: boolean;
}

/**
 * The models to close, the least recently used first, so that one of `need` bytes fits.
 * @param held the opened models, the least recently used first
 * @param budget bytes; undefined for half of the memory that is free, counting what the models hold
 * @throws EngineError `memory`, with the estimate, when it can't fit
 */
export function toClose(name: string, need: number, held: readonly Held[], budget?: number): string[] {
  const total = held.reduce((sum, { bytes }) => sum + bytes, 0);
  const limit = budget ?? Math.floor((freeMemory() + total) / 2);
  const kept = held.filter(({ inUse }) => inUse);
  const busy = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  if (busy + need > limit) {
    const names = kept.map((model): MessageValue => model.name);
    const others =
      names.length > 0
        ? say`, beside ${names.reduce((before, name) => say`${before} and ${name}`)} in use`
        : '';
    throw new EngineError(
      'memory',
      say`"${name}" needs about ${megabytes(need)} of memory${others} and Headlight may use ${megabytes(limit)}.
        Choose a smaller precision or model, close other programs, or raise the setting headlight.engine.memoryBudget.`,
    );
  }
  const close: string[] = [];
  let sum = total;
  for (const { key, bytes, inUse } of held) {
    if (sum + need <= limit) break;
    if (inUse) continue;
    close.push(key);
    sum -= bytes;
  }
  return close;
}

/** Bytes that may be had without taking them from other programs. */
export function freeMemory(
  platform: string = process.platform,
  // Counts the limits of a container too, where Node knows them.
  available: number = process.availableMemory?.() ?? os.freemem(),
  total: number = os.totalmem(),
): number {
  // On macOS that is what nothing is kept in, and macOS fills all memory with files that it gives up when it is needed
  // (libuv issue 3897).
  return platform === 'darwin' ? Math.max(available, total / 4) : available;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** An allocation that failed, as an error that says so; undefined for every other error. */
export function outOfMemory(error: unknown): EngineError | undefined {
  if (error instanceof EngineError && error.code !== 'internal') return undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (
    !/bad_?alloc|fail(ed|ure) to allocate|allocation failed|out of memory|not enough memory|cannot allocate/i.test(
      message,
    )
  )
    return undefined;
  return new EngineError(
    'memory',
    say`There was not enough memory for this: ${message.trim()} Models that were not in use have been closed.
      Try again with less text or a smaller model, or close other programs.`,
    error instanceof Error ? error.stack : undefined,
  );
}
