/** Rows about writing token after token. */
import * as path from 'node:path';
import { tokensPerSecond, type Writer } from '../contenders/contender';
import { headlightWriter } from '../contenders/headlight';
import { installLlama, llamaWriter, NoLlama } from '../contenders/llama';
import { transformersWriter } from '../contenders/transformers';
import { interleave } from '../interleave';
import { folderOf, openPrompts, precisions, Skipped, windowOf, type Precision } from '../modelSet';
import type { Measure, Setting } from '../row';
import { median } from '../statistics';
import { bytesPerStep } from '../stepBytes';

/** Prompt tokens where `wanted` don't fit into the window with the new ones. */
function promptLength(wanted: number, folder: string, newTokens: number): number {
  return Math.min(wanted, windowOf(folder) - newTokens);
}

/** Tokens a second after the first, against transformers.js on the same file. */
export function decode(precision: Precision, wanted: number): Measure {
  return async (setting) => {
    const folder = folderOf(setting.models.causal, 'causal', precision);
    return race(setting, folder, wanted, () => transformersWriter(folder, precisions[precision].dtype));
  };
}

/** Tokens a second after the first, 4 bits, against llama.cpp's Q4_0 of the same weights. */
export const decodeAgainstLlama: Measure = async (setting) => {
  const folder = folderOf(setting.models.causal, 'causal', 'q4');
  const gguf = setting.models.gguf.q4_0;
  if (gguf === undefined) throw new Skipped('the causal model has no q4_0.gguf');
  const llama = path.join(setting.cache, 'node-llama-cpp');
  try {
    await installLlama(llama);
    return await race(setting, folder, 512, () => llamaWriter(llama, gguf));
  } catch (error) {
    if (error instanceof NoLlama) throw new Skipped(error.message);
    throw error;
  }
};

async function race(
  { rounds, newTokens }: Setting,
  folder: string,
  wanted: number,
  openPeer: () => Promise<Writer>,
): ReturnType<Measure> {
  const prompts = await openPrompts(folder);
  const length = promptLength(wanted, folder, newTokens);
  const writers: Writer[] = [];
  try {
    writers.push(await headlightWriter(folder));
    writers.push(await openPeer());
    for (const writer of writers) await writer.write(prompts.make(length, rounds), 8);
    const [ours, peer] = await interleave(
      rounds,
      writers.map(
        (writer) => async (round: number) =>
          tokensPerSecond(await writer.write(prompts.make(length, round), newTokens)),
      ),
    );
    return {
      unit: 'tokens/s',
      ours: median(ours!),
      peer: median(peer!),
      peerName: writers[1]!.name,
      ratio: median(ours!) / median(peer!),
    };
  } finally {
    for (const writer of writers) await writer.end();
  }
}

/**
 * The share of the memory's read bandwidth that decoding at a prompt of 64 tokens reaches: bytes of weights and
 * cache that a step reads, times steps a second, over the bandwidth measured in turns with it.
 */
export function bandwidthShare(precision: Precision): Measure {
  return async ({ models, bandwidth, rounds, newTokens }) => {
    const folder = folderOf(models.causal, 'causal', precision);
    const prompts = await openPrompts(folder);
    const length = promptLength(64, folder, newTokens);
    const writer = await headlightWriter(folder);
    try {
      await writer.write(prompts.make(length, rounds), 8);
      const [speeds, bandwidths] = await interleave(rounds, [
        async (round) => tokensPerSecond(await writer.write(prompts.make(length, round), newTokens)),
        () => bandwidth.sample(),
      ]);
      const bytes = bytesPerStep(
        path.join(folder, 'onnx', precisions[precision].file),
        length + newTokens / 2,
      );
      const reached = (median(speeds!) * bytes) / 1e9;
      return {
        unit: 'GB/s',
        ours: reached,
        peer: null,
        peerName: null,
        ratio: reached / median(bandwidths!),
      };
    } finally {
      await writer.end();
    }
  };
}
