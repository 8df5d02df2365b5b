/** Rows that need a process of their own for each measurement. */
import { peakMemory } from '../contenders/child';
import { greedy, headlightWriter, startEngine, write } from '../contenders/headlight';
import { transformersName, transformersWriter } from '../contenders/transformers';
import { interleave } from '../interleave';
import { folderOf, openPrompts, precisions, Skipped, windowOf } from '../modelSet';
import type { Measure } from '../row';
import { median } from '../statistics';

/**
 * From the start of a process to the first token after 64, int8, the file in the system's cache, against a process
 * with transformers.js.
 */
export const coldStart: Measure = async ({ models, rounds }) => {
  const folder = folderOf(models.causal, 'causal', 'int8');
  const prompt = (await openPrompts(folder)).make(Math.min(64, windowOf(folder) - 1), 0);
  const ours = async (): Promise<number> => {
    const started = performance.now();
    const engine = startEngine();
    try {
      await write(engine, folder, prompt.text, greedy(1));
      return performance.now() - started;
    } finally {
      await engine.restart();
      engine.dispose();
    }
  };
  const theirs = async (): Promise<number> => {
    const started = performance.now();
    const writer = await transformersWriter(folder, precisions.int8.dtype);
    try {
      await writer.write(prompt, 1);
      return performance.now() - started;
    } finally {
      await writer.end();
    }
  };
  // The first opening may write what later ones find on disk.
  await ours();
  await theirs();
  const [own, peer] = await interleave(rounds, [ours, theirs]);
  return {
    unit: 'ms',
    ours: median(own!),
    peer: median(peer!),
    peerName: transformersName,
    ratio: median(peer!) / median(own!),
  };
};

/** The largest resident memory of the process that reads and writes 1,024 tokens in int8; less is better. */
export const memory: Measure = async ({ models, rounds, newTokens }) => {
  const folder = folderOf(models.causal, 'causal', 'int8');
  const length = Math.min(1024, windowOf(folder)) - newTokens;
  const prompt = (await openPrompts(folder)).make(length, 0);
  const peak = (open: () => ReturnType<typeof headlightWriter>) => async (): Promise<number> => {
    const writer = await open();
    try {
      await writer.write(prompt, newTokens);
      const bytes = peakMemory(writer.pid);
      if (bytes === undefined) throw new Skipped("this system doesn't tell a process' largest memory");
      return bytes / 1e6;
    } finally {
      await writer.end();
    }
  };
  const [own, peer] = await interleave(rounds, [
    peak(() => headlightWriter(folder)),
    peak(() => transformersWriter(folder, precisions.int8.dtype)),
  ]);
  return {
    unit: 'MB',
    ours: median(own!),
    peer: median(peer!),
    peerName: transformersName,
    ratio: median(own!) / median(peer!),
  };
};

/**
 * The longest time for which the process that asks can't do anything else, while the engine's process starts, opens a
 * model and writes: the longest gap between two ticks of a timer of 1 ms, in milliseconds; less is better.
 */
export const eventLoopGap: Measure = async ({ models, rounds, newTokens }) => {
  const folder = folderOf(models.causal, 'causal', 'int8');
  const prompt = (await openPrompts(folder)).make(Math.min(512, windowOf(folder) - newTokens), 0);
  const [gaps] = await interleave(rounds, [
    async () => {
      const engine = startEngine();
      let last = performance.now();
      let longest = 0;
      const timer = setInterval(() => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      }, 1);
      try {
        await write(engine, folder, prompt.text, greedy(newTokens));
        return longest;
      } finally {
        clearInterval(timer);
        await engine.restart();
        engine.dispose();
      }
    },
  ]);
  const gap = median(gaps!);
  return { unit: 'ms', ours: gap, peer: null, peerName: null, ratio: gap };
};
