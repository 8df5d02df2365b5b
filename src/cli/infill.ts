import type { Command } from 'commander';
import { infill } from '../engine/tasks/infill';
import { percentOf } from './print';
import { positiveInteger, runCommand, textCommand, type CommonOptions } from './run';

interface InfillOptions extends CommonOptions {
  top?: number;
  maxNewTokens?: number;
}

/** `headlight infill`: several words for one gap. */
export function addInfillCommand(program: Command): void {
  textCommand(program, 'infill', 'rank what belongs in each gap, several words at once, by BART or T5')
    .option('--top <n>', 'how many fillings a gap (default: 5)', positiveInteger)
    .option('--max-new-tokens <n>', 'most tokens of a filling (default: 12)', positiveInteger)
    .action((text: string | undefined, options: InfillOptions) =>
      runCommand(
        {
          task: 'infill',
          work: (read, model, context) => {
            const { top, maxNewTokens } = options;
            return infill(
              {
                model,
                text: read,
                ...(top !== undefined && { top }),
                ...(maxNewTokens !== undefined && { maxNewTokens }),
              },
              context,
            );
          },
          json: (result) => result,
          print: ({ gaps }, read) =>
            gaps
              .map(({ start, end, candidates }) =>
                [
                  `${read.slice(start, end)} at ${start}`,
                  ...candidates.map(({ text: words, probability }) => `${percentOf(probability)}  ${words}`),
                ].join('\n'),
              )
              .join('\n\n'),
        },
        { text, file: options.file },
        options,
      ),
    );
}
