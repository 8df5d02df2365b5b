/** `headlight`: the engine's tasks from a shell. */
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json';
import { addAnswerCommand } from './cli/answer';
import { addAttentionCommand } from './cli/attention';
import { addCompareCommand } from './cli/compare';
import { addInfillCommand } from './cli/infill';
import { UsageError } from './cli/input';
import { addModelsCommands } from './cli/models';
import { addNextSentenceCommand } from './cli/nextSentence';
import { printFill, printScore, printSentiment } from './cli/print';
import { addRewriteCommand } from './cli/rewrite';
import {
  addGenerationOptions,
  positiveInteger,
  root,
  runCommand,
  splitGeneration,
  textCommand,
  warn,
  type CommonOptions,
} from './cli/run';
import { continueText } from './engine/tasks/continueText';
import { fillMask } from './engine/tasks/fillMask';
import { score } from './engine/tasks/score';
import { sentiment } from './engine/tasks/sentiment';
import { EngineError, type GenerationParameters } from './protocol/engine';

const program = new Command('headlight')
  .description('Runs GPT-2, BERT and their kin on this machine: no server, no account, no network.')
  .version(packageJson.version);

addGenerationOptions(textCommand(program, 'continue', 'continue a text by a causal model')).action(
  (text: string | undefined, options: CommonOptions & GenerationParameters) => {
    const { file, generation } = splitGeneration(options);
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
  },
);

interface FillOptions extends CommonOptions {
  readonly top?: number;
  readonly maxTokens?: number;
  readonly fillings: boolean;
}

textCommand(program, 'fill', 'rank what belongs at each [MASK] by a masked model, and fill several together')
  .option('--top <n>', 'how many candidates a mask, and how many fillings of several', positiveInteger)
  .option('--max-tokens <n>', 'up to how many tokens a mask may stand for in a filling', positiveInteger)
  .option('--no-fillings', 'only rank what belongs at each mask: many masks take long to fill together')
  .action((text: string | undefined, options: FillOptions) =>
    runCommand(
      {
        task: 'fill',
        work: async (masked, model, context) => {
          const { top = 10, maxTokens = 1, fillings } = options;
          let result = await fillMask({ model, text: masked, top }, context);
          // With one mask of one token the candidates are the fillings.
          if (fillings && (result.masks.length > 1 || maxTokens > 1))
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

textCommand(program, 'sentiment', 'judge a text as a whole and sentence by sentence').action(
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

addAttentionCommand(program);

textCommand(program, 'score', 'the log probability of each token of a text').action(
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

addAnswerCommand(program);
addNextSentenceCommand(program);
addRewriteCommand(program);
addInfillCommand(program);
addCompareCommand(program);
addModelsCommands(program, root);

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
