/** Rows about reading a prompt: the time to the first new token. */
import { headlightWriter } from '../contenders/headlight';
import { transformersWriter } from '../contenders/transformers';
import { interleave } from '../interleave';
import { folderOf, openPrompts, precisions, windowOf } from '../modelSet';
import type { Measure } from '../row';
import { median } from '../statistics';

/** A prompt of 512 tokens in int8, each one new, against transformers.js. */
export const prefill: Measure = async ({ models, rounds }) => {
  const folder = folderOf(models.causal, 'causal', 'int8');
  const prompts = await openPrompts(folder);
  const length = Math.min(512, windowOf(folder) - 1);
  const writers = [
    await headlightWriter(folder),
    await transformersWriter(folder, precisions.int8.dtype),
  ] as const;
  try {
    for (const writer of writers) await writer.write(prompts.make(length, rounds), 1);
    const [ours, peer] = await interleave(
      rounds,
      writers.map(
        (writer) => async (round: number) => (await writer.write(prompts.make(length, round), 1)).firstMs,
      ),
    );
    return {
      unit: 'ms',
      ours: median(ours!),
      peer: median(peer!),
      peerName: writers[1].name,
      ratio: median(peer!) / median(ours!),
    };
  } finally {
    for (const writer of writers) await writer.end();
  }
};

/**
 * 1 to 8 tokens after a prompt of 512 that was just read, against the same number of tokens read anew: the rounds
 * take 1, 2, ... 8 in turn.
 */
export const prefixExtend: Measure = async ({ models, rounds }) => {
  const folder = folderOf(models.causal, 'causal', 'int8');
  const prompts = await openPrompts(folder);
  const length = Math.min(512, windowOf(folder) - 9);
  const writer = await headlightWriter(folder);
  let number = 0;
  try {
    await writer.write(prompts.make(length, number++), 1);
    const [extended, anew] = await interleave(Math.max(8, rounds), [
      async (round) => {
        const prompt = prompts.make(length, number++);
        await writer.write(prompt, 1);
        return (await writer.write(prompts.extend(prompt, (round % 8) + 1), 1)).firstMs;
      },
      async (round) => (await writer.write(prompts.make(length + (round % 8) + 1, number++), 1)).firstMs,
    ]);
    return {
      unit: 'ms',
      ours: median(extended!),
      peer: median(anew!),
      peerName: 'Headlight, reading all',
      ratio: median(anew!) / median(extended!),
    };
  } finally {
    await writer.end();
  }
};
