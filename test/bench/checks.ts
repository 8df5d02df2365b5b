/** Before anything is timed: do all contenders compute the same? */
import * as path from 'node:path';
import type { Writer } from './contenders/contender';
import { headlightFiller, headlightWriter } from './contenders/headlight';
import { installLlama, llamaWriter, NoLlama } from './contenders/llama';
import { transformersFiller, transformersWriter } from './contenders/transformers';
import { openPrompts, windowOf } from './modelSet';
import { maskedText } from './rows/fillMask';

const newTokens = 32;

/**
 * Greedy tokens in fp32 have to be the same.
 * @param folder of a causal model in fp32
 * @param gguf the same model for llama.cpp in F32, if there is one
 * @throws Error that shows the difference
 */
export async function checkWriters(
  folder: string,
  gguf: string | undefined,
  cache: string,
  log: (line: string) => void,
): Promise<void> {
  const prompt = (await openPrompts(folder)).make(Math.min(64, windowOf(folder) - newTokens), 0);
  const writers: (() => Promise<Writer>)[] = [
    () => headlightWriter(folder),
    () => transformersWriter(folder, 'fp32'),
  ];
  if (gguf !== undefined) {
    const llama = path.join(cache, 'node-llama-cpp');
    writers.push(async () => {
      await installLlama(llama);
      return llamaWriter(llama, gguf, 'F32');
    });
  }
  let expected: readonly number[] | undefined;
  for (const open of writers) {
    try {
      const writer = await open();
      const { ids } = await writer.write(prompt, newTokens);
      await writer.end();
      expected ??= ids;
      agree(writer.name, ids, expected);
      log(`  ${writer.name}: ${ids.length} tokens, ${new Set(ids).size} different ones`);
    } catch (error) {
      if (!(error instanceof NoLlama)) throw error;
      log(`  llama.cpp is left out: ${error.message}`);
    }
  }
}

/** Candidates for a mask in fp32 have to be the same, in the same order. @throws Error that shows the difference */
export async function checkFillers(folder: string, log: (line: string) => void): Promise<void> {
  const text = await maskedText(folder, 64);
  const ours = await headlightFiller(folder);
  const peer = await transformersFiller(folder, 'fp32');
  const { ids: expected } = await ours.fill(text);
  const { ids } = await peer.fill(text);
  await ours.end();
  await peer.end();
  agree(peer.name, ids, expected);
  log(`  ${peer.name}: the same ${ids.length} candidates`);
}

function agree(name: string, ids: readonly number[], expected: readonly number[]): void {
  if (ids.length === expected.length && ids.every((id, index) => id === expected[index])) return;
  throw new Error(
    `${name} doesn't compute the same as Headlight, so their speeds can't be compared.\n` +
      `  Headlight: ${expected.join(' ')}\n  ${name}: ${ids.join(' ')}`,
  );
}
