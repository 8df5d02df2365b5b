import * as path from 'node:path';
import { createEngine, type Engine } from '../../../src/client/engineClient';
import type { GenerationParameters } from '../../../src/protocol/engine';
import { threads, type Filler, type Writer, type Written } from './contender';

const entry = path.join(import.meta.dirname, '../../../dist/engine.js');

/** Headlight's engine in its process, as the editor starts it. */
export function startEngine(env: Record<string, string> = {}): Engine {
  return createEngine({
    entry,
    log: (level, message) => level === 'info' || console.error(`engine: ${message}`),
    env: () => ({ HEADLIGHT_THREADS: String(threads), ...env }),
  });
}

/**
 * Continues a text, timed here, in the process that asked: the first token is here with the first piece of text,
 * the last one with the result. One token a step, unless it may `speculate`.
 */
export async function write(
  engine: Engine,
  model: string,
  text: string,
  options: GenerationParameters,
  speculate = false,
): Promise<Written> {
  const started = performance.now();
  let first: number | undefined;
  const { tokens } = await engine.request(
    'continue',
    { model, text, options, speculate },
    { onPartial: () => (first ??= performance.now()) },
  );
  const ended = performance.now();
  first ??= ended;
  return { ids: tokens.map(({ id }) => id), firstMs: first - started, restMs: ended - first };
}

/** Parameters of plain greedy decoding, whatever the model's own settings ask for. */
export function greedy(newTokens: number): GenerationParameters {
  return {
    maxNewTokens: newTokens,
    doSample: false,
    numBeams: 1,
    repetitionPenalty: 1,
    noRepeatNgramSize: 0,
  };
}

export async function headlightWriter(folder: string): Promise<Writer> {
  const engine = startEngine();
  await write(engine, folder, 'A', greedy(1));
  return {
    name: 'Headlight',
    pid: engine.pid!,
    write: ({ text }, newTokens) => write(engine, folder, text, greedy(newTokens)),
    end: async () => engine.dispose(),
  };
}

export async function headlightFiller(folder: string): Promise<Filler> {
  const engine = startEngine();
  const fill: Filler['fill'] = async (text) => {
    const started = performance.now();
    const { masks } = await engine.request('fill', { model: folder, text, top: 10 });
    return { ms: performance.now() - started, ids: masks[0]!.candidates.map(({ id }) => id) };
  };
  await fill('A [MASK] .');
  return { name: 'Headlight', fill, end: async () => engine.dispose() };
}
