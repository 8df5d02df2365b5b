/** `headlight`: the engine's tasks from a shell. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json';
import { readLines, readText, UsageError, type TextSource } from './cli/input';
import { addModelsCommands } from './cli/models';
import { printAttention, printFill, printScore, printSentiment } from './cli/print';
import { taskNames, whatCan, type Task } from './core/families';
import { ModelStore } from './engine/model/modelStore';
import { defaultCacheFolder } from './engine/onnx/decoder/decoderCache';
import { npy } from './core/npy';
import { soleTurn } from './engine/scheduler';
import { attention } from './engine/tasks/attention';
import type { TaskContext } from './engine/tasks/context';
import { continueText } from './engine/tasks/continueText';
import { fillMask } from './engine/tasks/fillMask';
import { score } from './engine/tasks/score';
import { sentiment } from './engine/tasks/sentiment';
import { defaultModel, hasDefaultModel } from './models/defaults';
import { EngineError, type GenerationParameters } from './protocol/engine';

/** The package's own folder, which holds `models/`; this file is bundled into `dist/`. */
const root = path.join(__dirname, '..');

interface CommonOptions {
  file?: string;
  model?: string;
  json?: true;
  lines?: true;
  threads?: number;
}

/** What a command does with one text; `stream` shows text as it comes, where nothing else is printed. */
type Work<R> = (text: string, model: string, context: TaskContext<unknown>) => Promise<R>;

interface TextCommand<R> {
  readonly task: Task;
  readonly work: Work<R>;
  /** The object that `--json` prints. */
  readonly json: (result: R) => unknown;
  /** What is printed otherwise. */
  readonly print: (result: R, text: string) => string;
  /** Called with text while it is being written, when neither --json nor --lines is given. */
  readonly stream?: (piece: string) => void;
}

async function runCommand<R>(
  command: TextCommand<R>,
  source: TextSource,
  options: CommonOptions,
): Promise<void> {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    // A run of a model can't be stopped: a second Ctrl+C ends at once.
    process.once('SIGINT', () => process.exit(130));
  });
  const models = new ModelStore({ threads: options.threads, cache: defaultCacheFolder() });
  const model = modelFor(command.task, options.model);
  const plain = !options.json && !options.lines;
  const partial = (value: unknown): void => {
    if (plain && command.stream) command.stream((value as { text: string }).text);
  };
  const context: TaskContext<unknown> = { models, turn: soleTurn(controller.signal), partial };

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
function modelFor(task: Task, given: string | undefined): string {
  if (given !== undefined) return path.resolve(given);
  if (hasDefaultModel(task)) return defaultModel(root, task);
  throw new UsageError(`No embedded model can ${taskNames[task]}: give one by --model. ${whatCan(task)}`);
}

function number(value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed)) throw new InvalidArgumentError('It must be a number.');
  return parsed;
}

function positiveInteger(value: string): number {
  const parsed = number(value);
  if (!Number.isInteger(parsed) || parsed < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return parsed;
}

const program = new Command('headlight')
  .description('Runs GPT-2, BERT and their kin on this machine: no server, no account, no network.')
  .version(packageJson.version);

/** A command that works on a text. */
function textCommand(name: string, description: string): Command {
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

textCommand('continue', 'continue a text by a causal model')
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
  ])
  .action((text: string | undefined, options: CommonOptions & GenerationParameters) => {
    const { file, model, json, lines, threads, ...generation } = options;
    void [model, json, lines, threads];
    return runCommand(
      {
        task: 'continue',
        work: async (prompt, folder, context) => {
          const result = await continueText({ model: folder, text: prompt, options: generation }, context);
          if (result.truncated)
            warn(`Only the end of the text was read: it is longer than the model's window.`);
          return result;
        },
        json: ({ truncated: _, ...result }) => result,
        // The text has been shown as it came.
        print: () => '',
        stream: (piece) => process.stdout.write(piece),
      },
      { text, file },
      options,
    );
  });

textCommand('fill', 'rank what belongs at each [MASK] by a masked model, and fill several together')
  .option('--top <n>', 'how many candidates a mask, and how many fillings of several', positiveInteger)
  .option('--max-tokens <n>', 'up to how many tokens a mask may stand for in a filling', positiveInteger)
  .action((text: string | undefined, options: CommonOptions & { top?: number; maxTokens?: number }) =>
    runCommand(
      {
        task: 'fill',
        work: async (masked, model, context) => {
          const { top = 10, maxTokens = 1 } = options;
          let result = await fillMask({ model, text: masked, top }, context);
          // With one mask of one token the candidates are the fillings.
          if (result.masks.length > 1 || maxTokens > 1)
            result = await fillMask({ model, text: masked, top, fillings: top, maxTokens }, context);
          if (result.truncated)
            warn(`Only what stands around the masks was read: the text is longer than the model's window.`);
          return result;
        },
        json: ({ truncated: _, ...result }) => result,
        print: printFill,
      },
      { text, file: options.file },
      options,
    ),
  );

textCommand('sentiment', 'judge a text as a whole and sentence by sentence').action(
  (text: string | undefined, options: CommonOptions) =>
    runCommand(
      {
        task: 'sentiment',
        work: (judged, model, context) => sentiment({ model, text: judged }, context),
        json: (result) => result,
        print: printSentiment,
      },
      { text, file: options.file },
      options,
    ),
);

textCommand('attention', 'the attention of every layer and head')
  .option('--out <file.npy>', "write the float32 array [layers, heads, tokens, tokens] in NumPy's format")
  .action((text: string | undefined, options: CommonOptions & { out?: string }) => {
    if (options.out !== undefined && options.lines) {
      throw new UsageError('--out takes the array of one text, so it does not go with --lines.');
    }
    return runCommand(
      {
        task: 'attention',
        work: async (read, model, context) => {
          const result = await attention({ model, text: read }, context);
          const { layers, heads, queries, keys } = result.tensor;
          const { index, count } = result.window;
          if (count > 1)
            warn(`The text is longer than the model takes: window ${index} of ${count} was read.`);
          if (options.out !== undefined) {
            await writeOut(options.out, npy(layers, [layers.length, heads, queries, keys]));
          }
          return result;
        },
        json: ({ model, tokens, tensor, window, timing }) => ({
          model,
          tokens,
          layers: tensor.layers.length,
          heads: tensor.heads,
          window,
          timing,
        }),
        print: ({ tokens, keyTokens, tensor }) => printAttention(tokens, keyTokens, tensor),
      },
      { text, file: options.file },
      options,
    );
  });

textCommand('score', 'the log probability of each token of a text').action(
  (text: string | undefined, options: CommonOptions) =>
    runCommand(
      {
        task: 'score',
        work: (scored, model, context) => score({ model, text: scored }, context),
        json: (result) => result,
        print: printScore,
      },
      { text, file: options.file },
      options,
    ),
);

addModelsCommands(program, root);

async function writeOut(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await fs.writeFile(file, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`"${file}" can't be written (${reason}). Give --out a file in a folder that exists.`, {
      cause: error,
    });
  }
}

function warn(message: string): void {
  process.stderr.write(`headlight: ${message}\n`);
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

for (const command of [program, ...program.commands].flatMap((own) => [own, ...own.commands]))
  command.exitOverride();
program.parseAsync().catch((error: unknown) => {
  // Commander has printed its own message, and --help and --version end here too.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    warn(error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error));
    process.exitCode = isUsage(error) ? 2 : 1;
  }
});

function isUsage(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof EngineError && error.code === 'option');
}
