import { Option, type Command } from 'commander';
import { ModelStore } from '../engine/model/modelStore';
import { soleTurn } from '../engine/scheduler';
import { nextSentence } from '../engine/tasks/nextSentence';
import { percentOf } from './print';
import { interrupted, modelFor, positiveInteger, type CommonOptions } from './run';

/** `headlight next-sentence`: whether one passage follows another. */
export function addNextSentenceCommand(program: Command): void {
  program
    .command('next-sentence')
    .description('the probability that a second passage follows a first')
    .argument('<first>', 'the first passage')
    .argument('<second>', 'the second passage')
    .option('--model <dir>', "a model's folder in Hugging Face's layout (default: an embedded one)")
    .option('--json', 'print one JSON object')
    .addOption(new Option('--threads <n>', 'threads to compute with').argParser(positiveInteger))
    .action(async (first: string, second: string, options: CommonOptions) => {
      const models = new ModelStore({ threads: options.threads });
      const result = await nextSentence(
        { model: modelFor('nextSentence', options.model), pairs: [{ first, second }] },
        { models, turn: soleTurn(interrupted()), partial: () => undefined },
      );
      await models.closeAll();
      const [isNext] = result.isNext;
      const line = options.json ? JSON.stringify({ model: result.model, isNext }) : percentOf(isNext!).trim();
      process.stdout.write(`${line}\n`);
    });
}
