/** What the commands have in common: their options, the model they run, how they read and print. */
import * as path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { english } from '../core/message';
import { taskNames, whatCan, type Task } from '../core/families';
import { ModelStore } from '../engine/model/modelStore';
import { defaultCacheFolder } from '../engine/onnx/decoder/decoderCache';
import { soleTurn } from '../engine/scheduler';
import type { TaskContext } from '../engine/tasks/context';
import { defaultModel, hasDefaultModel } from '../models/defaults';
import { EngineError, type GenerationParameters } from '../protocol/engine';
import { readLines, readText, UsageError, type TextSource } from './input';

/** The package's own folder, which holds `models/`; this file is bundled into `dist/`. */
export const root = path.join(__dirname, '..');

export interface CommonOptions {
  file?: string;
  model?: string;
  json?: true;
  lines?: true;
  threads?: number;
}

/** What a command does with one text; `stream` shows text as it comes, where nothing else is printed. */
type Work<R> = (text: string, model: string, context: TaskContext<unknown>) => Promise<R>;

export interface TextCommand<R> {
  readonly task: Task;
  readonly work: Work<R>;
  /** The object that `--json` prints. */
  readonly json: (result: R) => unknown;
  /** What is printed otherwise. */
  readonly print: (result: R, text: string) => string;
  /** Called with text while it is being written, when neither --json nor --lines is given. */
  readonly stream?: (piece: string) => void;
}

export async function runCommand<R>(
  command: TextCommand<R>,
  source: TextSource,
  options: CommonOptions,
): Promise<void> {
  const models = new ModelStore({ threads: options.threads, cache: defaultCacheFolder(), lineFeeds: true });
  const model = modelFor(command.task, options.model);
  const plain = !options.json && !options.lines;
  const partial = (value: unknown): void => {
    if (plain && command.stream) command.stream((value as { text: string }).text);
  };
  const context: TaskContext<unknown> = { models, turn: soleTurn(interrupted()), partial };

  if (options.lines) {
    // What is wrong with the model is wrong with every line.
    await models.open(model, command.task);
    for await (const line of readLines(source)) {
      let value: unknown;
      try {
        value = command.json(await command.work(line, model, context));
      } catch (error) {
        // An option is wrong for every line.
        if (error instanceof EngineError && (error.code === 'option' || error.code === 'cancelled'))
          throw error;
        value = { error: error instanceof Error ? error.message : String(error) };
      }
      process.stdout.write(`${JSON.stringify(value)}\n`);
    }
  } else {
    const text = await readText(source);
    const result = await command.work(text, model, context);
    if (options.json) process.stdout.write(`${JSON.stringify(command.json(result))}\n`);
    else process.stdout.write(`${command.print(result, text)}\n`);
  }
  await models.closeAll();
}

/** Absolute path of the model that is given, or of the embedded one for the task. */
export function modelFor(task: Task, given: string | undefined): string {
  if (given !== undefined) return path.resolve(given);
  if (hasDefaultModel(task)) return defaultModel(root, task);
  throw new UsageError(
    `No embedded model can ${english(taskNames[task])}: give one by --model. ${english(whatCan(task))}`,
  );
}

export function number(value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed)) throw new InvalidArgumentError('It must be a number.');
  return parsed;
}

export function wholeNumber(value: string): number {
  const parsed = number(value);
  if (!Number.isInteger(parsed) || parsed < 0)
    throw new InvalidArgumentError('It must be a whole number of at least 0.');
  return parsed;
}

export function positiveInteger(value: string): number {
  const parsed = number(value);
  if (!Number.isInteger(parsed) || parsed < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return parsed;
}

/** A signal that Ctrl+C gives. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    // A run of a model can't be stopped: a second Ctrl+C ends at once.
    process.once('SIGINT', () => process.exit(130));
  });
  return controller.signal;
}

export function warn(message: string): void {
  process.stderr.write(`headlight: ${message}\n`);
}

/** A command that works on a text. */
export function textCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('[text]', 'the text, or - for standard input')
    .option('--file <file>', 'read the text from a file')
    .option('--model <dir>', "a model's folder in Hugging Face's layout (default: an embedded one)")
    .option('--json', 'print one JSON object')
    .option('--lines', 'take each input line as one text and print one JSON line for each')
    .addOption(new Option('--threads <n>', 'threads to compute with').argParser(positiveInteger));
}

/** The options of what is written, by a causal model or an encoder-decoder. */
export function addGenerationOptions(command: Command): Command {
  return command
    .option('--max-new-tokens <n>', 'write at most this many tokens', number)
    .option('--do-sample', 'draw tokens by their probability')
    .option('--no-do-sample', 'take the most probable token')
    .option('--temperature <t>', 'divide the logits by this (when sampling)', number)
    .option('--top-k <k>', 'draw from the k most probable tokens; 0 for all (when sampling)', number)
    .option('--top-p <p>', 'draw from the smallest set with this probability (when sampling)', number)
    .option('--repetition-penalty <r>', 'above 1: make tokens that already stand there less likely', number)
    .option('--num-beams <n>', 'beam search with n beams', number)
    .option('--length-penalty <l>', "exponent of the length in a beam's score", number)
    .option('--early-stopping', 'end beam search at as many finished texts as there are beams')
    .option('--seed <n>', 'seed of the sampler', number)
    .option('--stop <text>', 'end at this text; may be repeated', (value: string, all: string[] = []) => [
      ...all,
      value,
    ]);
}

/** The options of a command that writes, apart. */
export function splitGeneration(options: CommonOptions & GenerationParameters): {
  file: string | undefined;
  generation: GenerationParameters;
} {
  const { file, model, json, lines, threads, ...generation } = options;
  void [model, json, lines, threads];
  return { file, generation };
}
