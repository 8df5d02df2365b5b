import { Option, type Command } from 'commander';
import { nextSentence } from '../engine/tasks/nextSentence';
import { EngineError, type NextSentenceParams } from '../protocol/engine';
import { UsageError } from './input';
import { percentOf } from './print';
import { positiveInteger, runCommand, type CommonOptions } from './run';

/** `headlight next-sentence`: whether one passage follows another, also for many pairs. */
export function addNextSentenceCommand(program: Command): void {
  program
    .command('next-sentence')
    .description('the probability that a second passage follows a first')
    .argument('[first]', 'the first passage, or - for standard input')
    .argument('[second]', 'the second passage')
    .option('--file <file>', 'read the pairs from a file (with --lines)')
    .option('--model <dir>', "a model's folder in Hugging Face's layout (default: an embedded one)")
    .option('--json', 'print one JSON object')
    .option('--lines', 'take each input line as two passages parted by a tab; print one JSON line for each')
    .addOption(new Option('--threads <n>', 'threads to compute with').argParser(positiveInteger))
    .action(async (first: string | undefined, second: string | undefined, options: CommonOptions) => {
      const { file, lines } = options;
      if (lines ? second !== undefined : file !== undefined || second === undefined)
        throw new UsageError(
          lines
            ? 'With --lines the pairs come by --file FILE or - for standard input, one a line, parted by a tab.'
            : 'Give two passages, or many pairs by --lines --file FILE.',
        );
      await runCommand(
        {
          task: 'nextSentence',
          work: (text, model, context) => {
            const pair = lines ? partedByTab(text) : { first: text, second: second! };
            return nextSentence({ model, pairs: [pair] }, context);
          },
          json: ({ model, isNext: [isNext] }) => ({ model, isNext }),
          print: ({ isNext: [isNext] }) => percentOf(isNext!).trim(),
        },
        { text: first, file },
        options,
      );
    });
}

function partedByTab(line: string): NextSentenceParams['pairs'][number] {
  const [first, second, ...more] = line.split('\t');
  if (second === undefined || more.length > 0)
    throw new EngineError('input', 'A line is two passages parted by one tab.');
  return { first: first!, second };
}
