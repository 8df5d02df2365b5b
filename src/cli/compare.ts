import * as path from 'node:path';
import { Option, type Command } from 'commander';
import { gapsIn } from '../core/text/gap';
import { ModelStore } from '../engine/model/modelStore';
import { defaultCacheFolder } from '../engine/onnx/decoder/decoderCache';
import { soleTurn } from '../engine/scheduler';
import { predict } from '../engine/tasks/predict';
import { defaultModel } from '../models/defaults';
import type { PredictResult } from '../protocol/engine';
import { readText } from './input';
import { percentOf } from './print';
import { interrupted, positiveInteger, root, wholeNumber, type CommonOptions } from './run';

interface CompareOptions extends Omit<CommonOptions, 'model'> {
  model?: string[];
  position?: number;
  top?: number;
}

/** `headlight compare`: what several models see and predict at one place of one text. */
export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .description('what several models see and predict at one place of a text')
    .argument('[text]', 'the text, or - for standard input')
    .option('--file <file>', 'read the text from a file')
    .option(
      '--model <dir>',
      "a model's folder; may be repeated (default: the embedded GPT-2 and BERT)",
      (value: string, all: string[] = []) => [...all, value],
    )
    .option('--position <n>', 'the place in UTF-16 units (default: the first gap, else the end)', wholeNumber)
    .option('--top <n>', 'how many predictions (default: 5)', positiveInteger)
    .option('--json', 'print one JSON object')
    .addOption(new Option('--threads <n>', 'threads to compute with').argParser(positiveInteger))
    .action(async (given: string | undefined, options: CompareOptions) => {
      const text = await readText({ text: given, file: options.file });
      const position = options.position ?? gapsIn(text)[0]?.start ?? text.trimEnd().length;
      const models = new ModelStore({
        threads: options.threads,
        cache: defaultCacheFolder(),
        lineFeeds: true,
      });
      const context = { models, turn: soleTurn(interrupted()), partial: () => undefined };
      const folders = options.model?.map((folder) => path.resolve(folder)) ?? [
        defaultModel(root, 'continue'),
        defaultModel(root, 'fill'),
      ];
      const results: PredictResult[] = [];
      for (const model of folders) {
        const { top } = options;
        results.push(await predict({ model, text, position, ...(top !== undefined && { top }) }, context));
        // Each is measured alone.
        await models.closeAll();
      }
      const compared = results.map(({ model, family, sees, predictions, timing, memoryBytes }) => ({
        model,
        family,
        sees: sees.map(({ start, end }) => [start, end]),
        predictions,
        timing,
        memoryBytes,
      }));
      const line = options.json
        ? JSON.stringify({ text, position, models: compared })
        : results.map((result) => print(result, text)).join('\n\n');
      process.stdout.write(`${line}\n`);
    });
}

function print(
  { model, family, sees, predictions, timing, memoryBytes }: PredictResult,
  text: string,
): string {
  const seen = sees.map(({ start, end }) => text.slice(start, end)).join(' … ');
  return [
    `${model} (${family}), ${Math.round(timing.runMs)} ms, ${Math.round(memoryBytes / 1e6)} MB`,
    `sees: ${seen === '' ? 'nothing' : seen}`,
    ...predictions.map((prediction) => `${percentOf(prediction.probability)}  ${prediction.text}`),
  ].join('\n');
}
