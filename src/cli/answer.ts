import type { Command } from 'commander';
import { answer } from '../engine/tasks/answer';
import { percentOf } from './print';
import { positiveInteger, runCommand, textCommand, type CommonOptions } from './run';

interface AnswerOptions extends CommonOptions {
  question: string;
  top?: number;
}

/** `headlight answer`: where a text answers a question. */
export function addAnswerCommand(program: Command): void {
  textCommand(program, 'answer', 'find where a text answers a question, by a question-answering model')
    .requiredOption('--question <question>', 'the question')
    .option('--top <n>', 'how many answers (default: 5)', positiveInteger)
    .action((text: string | undefined, options: AnswerOptions) =>
      runCommand(
        {
          task: 'answer',
          work: (read, model, context) => {
            const { question, top } = options;
            return answer({ model, question, text: read, ...(top !== undefined && { top }) }, context);
          },
          json: ({ model, answers, noAnswer }) => ({
            model,
            answers,
            ...(noAnswer !== null && { noAnswer }),
          }),
          print: ({ answers, noAnswer }) =>
            [
              ...answers.map(({ text: words, start, score }) => `${percentOf(score)}  ${words} at ${start}`),
              ...(noAnswer === null ? [] : [`${percentOf(noAnswer)}  (no answer)`]),
            ].join('\n'),
        },
        { text, file: options.file },
        options,
      ),
    );
}
