import type { Command } from 'commander';
import { rewrite } from '../engine/tasks/rewrite';
import type { GenerationParameters } from '../protocol/engine';
import {
  addGenerationOptions,
  runCommand,
  splitGeneration,
  textCommand,
  warn,
  type CommonOptions,
} from './run';

/** `headlight rewrite`: what an encoder-decoder makes of a text. */
export function addRewriteCommand(program: Command): void {
  const command = textCommand(program, 'rewrite', 'translate, summarise or otherwise rewrite a text');
  addGenerationOptions(command)
    .option('--task <name>', "one of the model's tasks, as its config.json names them (T5's)")
    .action((text: string | undefined, options: CommonOptions & GenerationParameters & { task?: string }) => {
      const { task, ...others } = options;
      const { file, generation } = splitGeneration(others);
      return runCommand(
        {
          task: 'rewrite',
          work: async (read, model, context) => {
            const what = { model, text: read, options: generation, ...(task !== undefined && { task }) };
            const result = await rewrite(what, context);
            if (result.truncated)
              warn(`Only the beginning of the text was read: it is longer than the model's window.`);
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
}
