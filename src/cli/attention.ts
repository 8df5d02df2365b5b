import * as fs from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { HeadClass } from '../core/attention/classes';
import type { Shaping } from '../core/attention/grouping';
import { measureNames, type MeasureName } from '../core/attention/measures';
import { npy } from '../core/npy';
import { HeldAttention } from '../engine/heldAttention';
import { attention, type Attention } from '../engine/tasks/attention';
import { headClasses } from '../engine/tasks/headClasses';
import type { AttentionPart } from '../protocol/engine';
import { UsageError } from './input';
import { printAttention, printHeads } from './print';
import { runCommand, textCommand, warn, wholeNumber, type CommonOptions } from './run';

interface AttentionOptions extends CommonOptions {
  out?: string;
  rollout?: string;
  measures?: true;
  classes?: true;
  window?: number;
  part?: AttentionPart;
  target?: string;
  removeSink?: true;
  removeSpecial?: true;
  words?: true;
}

/** What is printed. */
interface Shown {
  readonly read: Attention;
  readonly held: HeldAttention;
  readonly measures?: Record<MeasureName, Float32Array>;
  readonly classes?: readonly HeadClass[];
}

/** `headlight attention`: what a model's heads look at in a text. */
export function addAttentionCommand(program: Command): void {
  textCommand(program, 'attention', 'the attention of every layer and head')
    .option('--out <file.npy>', "write the float32 array [layers, heads, queries, keys] in NumPy's format")
    .option('--rollout <file.npy>', 'write the attention followed down to the input, [layers, queries, keys]')
    .option('--measures', 'entropy, distance, what goes to the first token, and other figures of each head')
    .option('--classes', 'what kind of head each is, seen from a random text that is read twice')
    .option('--remove-sink', 'take the first token out; what is left of each row is the whole')
    .option('--remove-special', 'take out the tokens that the tokenizer added, likewise')
    .option('--words', 'take the tokens of a word together')
    .addOption(
      new Option('--window <n>', 'which window of a text longer than the model takes, from 0').argParser(
        wholeNumber,
      ),
    )
    .addOption(
      new Option('--part <part>', "which of an encoder-decoder's attentions").choices([
        'encoder',
        'decoder',
        'cross',
      ]),
    )
    .option('--target <text>', 'what an encoder-decoder has written (default: it writes it)')
    .action((text: string | undefined, options: AttentionOptions) => {
      for (const name of ['out', 'rollout'] as const)
        if (options[name] !== undefined && options.lines)
          throw new UsageError(`--${name} takes the array of one text, so it does not go with --lines.`);
      const { window, part, target } = options;
      return runCommand<Shown>(
        {
          task: 'attention',
          work: async (textRead, model, context) => {
            const more = {
              ...(window !== undefined && { window }),
              ...(part !== undefined && { part }),
              ...(target !== undefined && { target }),
            };
            const read = await attention({ model, text: textRead, ...more }, context);
            const { index, count } = read.window;
            if (count > 1 && window === undefined)
              warn(`The text is longer than the model takes: window ${index} of ${count} was read.`);
            const held = new HeldAttention(read);
            const shaped = { handle: 0, shaping: shapingOf(options) };
            if (options.out !== undefined) await writeHeads(options.out, held, shaped);
            if (options.rollout !== undefined) {
              await held.rollout(shaped, context.turn);
              await writeRollout(options.rollout, held, shaped);
            }
            return {
              read,
              held,
              ...(options.measures && { measures: (await held.measures(shaped, context.turn)).measures }),
              ...(options.classes && {
                classes: (await headClasses({ model, part: read.part }, context)).classes,
              }),
            };
          },
          json: (shown) => json(shown, options),
          print: ({ read, measures, classes }) =>
            measures || classes
              ? printHeads(read.tensor.heads, measures, classes)
              : printAttention(read.tokens, read.keyTokens, read.tensor),
        },
        { text, file: options.file },
        options,
      );
    });
}

function shapingOf({ removeSink, removeSpecial, words }: AttentionOptions): Shaping {
  return { removeSink: removeSink === true, removeSpecial: removeSpecial === true, words: words === true };
}

function json({ read, held, measures, classes }: Shown, options: AttentionOptions): unknown {
  const { model, part, tokens, keyTokens, tensor, window, timing } = read;
  const { heads } = tensor;
  const isShaped = Object.values(shapingOf(options)).some(Boolean);
  return {
    model,
    tokens,
    ...(part === 'self' ? {} : { part }),
    ...(keyTokens === tokens ? {} : { keyTokens }),
    ...(isShaped ? held.groups({ shaping: shapingOf(options) }) : {}),
    layers: tensor.layers.length,
    heads,
    window,
    ...(measures && {
      measures: Object.fromEntries(
        measureNames.map((name) => [
          name,
          byLayer(
            Array.from(measures[name], (value) => (Number.isNaN(value) ? null : value)),
            heads,
          ),
        ]),
      ),
    }),
    ...(classes && { classes: byLayer(classes, heads) }),
    timing,
  };
}

/** [layers * heads] as [layers][heads]. */
function byLayer<T>(values: readonly T[], heads: number): T[][] {
  return Array.from({ length: values.length / heads }, (_, layer) =>
    values.slice(layer * heads, (layer + 1) * heads),
  );
}

async function writeHeads(
  file: string,
  held: HeldAttention,
  shaped: { handle: number; shaping: Shaping },
): Promise<void> {
  const { layers, heads } = held.attention.tensor;
  const { queries, keys } = held.groups(shaped);
  const matrices = layers.flatMap((_, layer) =>
    Array.from({ length: heads }, (_, head) =>
      held.matrix({ ...shaped, source: { kind: 'heads', heads: [{ layer, head }], combine: 'mean' } }),
    ),
  );
  await writeOut(file, '--out', npy(matrices, [layers.length, heads, queries.length, keys.length]));
}

async function writeRollout(
  file: string,
  held: HeldAttention,
  shaped: { handle: number; shaping: Shaping },
): Promise<void> {
  const { layers } = held.attention.tensor;
  const { queries, keys } = held.groups(shaped);
  const matrices = layers.map((_, layer) => held.matrix({ ...shaped, source: { kind: 'rollout', layer } }));
  await writeOut(file, '--rollout', npy(matrices, [layers.length, queries.length, keys.length]));
}

async function writeOut(file: string, option: string, bytes: Uint8Array): Promise<void> {
  try {
    await fs.writeFile(file, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `"${file}" can't be written (${reason}). Give ${option} a file in a folder that exists.`,
      {
        cause: error,
      },
    );
  }
}
