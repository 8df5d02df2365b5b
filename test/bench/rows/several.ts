/** Rows about several tokens in one step: guessed ones, and those of several continuations. */
import { greedy, startEngine, write } from '../contenders/headlight';
import * as path from 'node:path';
import { interleave } from '../interleave';
import { makeFloat } from '../models/dequantise';
import { folderOf, openPrompts, Skipped, windowOf } from '../modelSet';
import type { Measure } from '../row';
import { median } from '../statistics';

/** Texts that repeat themselves, as writers of Markdown write them. */
const repetitive = [
  `| Name | Type | Default | Description |
| --- | --- | --- | --- |
| name | string | none | The name of the server. |
| port | number | none | The port of the server. |
| path | string | none | The path of the server. |
| host | string | none | The host of the server. |
| user |`,
  `# Changes

- Add the option \`--name\` to the command.
- Add the option \`--port\` to the command.
- Add the option \`--path\` to the command.
- Add the option \`--host\` to the command.
- Add the option`,
  `To do on Monday:

1. Open the file. Read the file. Close the file.
2. Open the list. Read the list. Close the list.
3. Open the book. Read the book. Close the book.
4. Open the`,
];

/**
 * Tokens a second in texts that repeat themselves, written by the embedded causal model in float32 with prompt lookup,
 * against one token a step.
 * @throws Error when what is written isn't the same
 */
export const speculation: Measure = async ({ embedded, rounds, cache }) => {
  // In int8, in which it ships, the engine doesn't guess: there the logits depend on the tokens that are read together.
  const folder = path.join(cache, 'embedded-fp32');
  if (embedded.int8 === undefined) throw new Skipped('the embedded causal model is not in models/');
  makeFloat(embedded.int8, folder);
  const engine = startEngine();
  const expected = new Map<string, string>();
  const speed = async (speculate: boolean): Promise<number> => {
    let tokens = 0;
    let ms = 0;
    for (const text of repetitive) {
      const { ids, restMs } = await write(engine, folder, text, greedy(96), speculate);
      const known = expected.get(text) ?? ids.join(' ');
      expected.set(text, known);
      if (ids.join(' ') !== known)
        throw new Error(`Guessing ahead changed what is written:\n  ${known}\n  ${ids.join(' ')}`);
      tokens += ids.length - 1;
      ms += restMs;
    }
    return (tokens / ms) * 1000;
  };
  try {
    await speed(false);
    const [guessing, plain] = await interleave(rounds, [() => speed(true), () => speed(false)]);
    return {
      unit: 'tokens/s',
      ours: median(guessing!),
      peer: median(plain!),
      peerName: 'Headlight, one token a step',
      ratio: median(guessing!) / median(plain!),
    };
  } finally {
    engine.dispose();
  }
};

/**
 * Four sampled continuations of one new prompt in int8, from the request to all of them, against four requests for
 * one each, of which the later ones find the prompt already read.
 */
export const candidates: Measure = async ({ models, rounds, newTokens }) => {
  const folder = folderOf(models.causal, 'causal', 'int8');
  const prompts = await openPrompts(folder);
  const length = Math.min(256, windowOf(folder) - newTokens);
  const engine = startEngine();
  const options = { ...greedy(newTokens), doSample: true, temperature: 1, topK: 40, topP: 1 };
  const seeds = [1, 2, 3, 4];
  let number = 0;
  const together = async (): Promise<number> => {
    const { text } = prompts.make(length, number++);
    const started = performance.now();
    await engine.request('choices', {
      model: folder,
      text,
      count: seeds.length,
      options: { ...options, seed: seeds[0]! },
    });
    return performance.now() - started;
  };
  const oneByOne = async (): Promise<number> => {
    const { text } = prompts.make(length, number++);
    const started = performance.now();
    for (const seed of seeds) await write(engine, folder, text, { ...options, seed });
    return performance.now() - started;
  };
  try {
    await write(engine, folder, prompts.make(length, number++).text, greedy(1));
    const [ours, peer] = await interleave(rounds, [together, oneByOne]);
    return {
      unit: 'ms',
      ours: median(ours!),
      peer: median(peer!),
      peerName: 'Headlight, four runs',
      ratio: median(peer!) / median(ours!),
    };
  } finally {
    engine.dispose();
  }
};
