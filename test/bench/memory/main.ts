/**
 * Holds the estimate of memory against what the engine takes, at several lengths and numbers of texts, for every family:
 * `npm run bench -- --memory`. The small models of the fixtures stand for the families, so many texts at once that what
 * they add is much; the embedded models are measured with few.
 */
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { compare, type Compared } from './measure';

const root = path.join(__dirname, '../../..');
const fixtures = path.join(root, 'test/fixtures');

type Point = readonly [length: number, batch: number];

const small: readonly Point[] = [
  [64, 256],
  [128, 64],
  [128, 128],
];
/** An encoder-decoder reads one text and writes it side by side. */
const sideBySide: readonly Point[] = [
  [64, 256],
  [128, 128],
  [128, 256],
];
const embedded: readonly Point[] = [
  [128, 8],
  [256, 4],
  [256, 16],
  [512, 4],
];

const measured: readonly [folders: string, names: readonly string[], points: readonly Point[]][] = [
  [fixtures, ['gpt2-optimum', 'gpt-neo', 'opt', 'llama', 'smollm', 'qwen2'], small],
  [
    fixtures,
    [
      'bert-masked',
      'distilbert-masked',
      'roberta-masked',
      'albert-masked',
      'electra-generator',
      'bigbird-masked',
      'bert-sentiment',
      'bert-answer',
      'bert-next-sentence',
    ],
    small,
  ],
  [fixtures, ['t5', 't5-merged', 'bart', 'bart-merged', 'marian'], sideBySide],
  [path.join(root, 'models'), ['headlight-gpt2', 'headlight-bert', 'headlight-bert-sentiment'], embedded],
];

const goal = 0.2;

function row({ model, length, batch, measured: found, estimated, linear, quadratic, off }: Compared): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(7);
  return [
    model.padEnd(24),
    String(length).padStart(6),
    String(batch).padStart(5),
    megabytes(found),
    megabytes(estimated),
    megabytes(linear),
    megabytes(quadratic),
    `${off < 0 ? '' : '+'}${(100 * off).toFixed(0)}%`.padStart(5),
  ].join('  ');
}

async function main(): Promise<void> {
  // Peaks of memory can be read and set back on Linux only.
  if (!existsSync('/proc/self/clear_refs')) throw new Error('Memory can be measured on Linux only.');
  console.log('MB above what is resident when the model is open');
  console.log(
    `${'model'.padEnd(24)}  length  texts  measured  estimate   linear  square    off`.replace(
      '  measured',
      ' measured',
    ),
  );
  const rows: Compared[] = [];
  for (const [folder, names, points] of measured)
    for (const name of names)
      for (const [length, batch] of points) {
        const compared = await compare(path.join(folder, name), length, batch);
        rows.push(compared);
        console.log(row(compared));
      }
  const within = rows.filter(({ off }) => Math.abs(off) <= goal);
  const offs = rows.map(({ off }) => Math.abs(off)).sort((a, b) => a - b);
  console.log(
    `${within.length} of ${rows.length} within ${100 * goal}%; ` +
      `half within ${(100 * offs[Math.floor(offs.length / 2)]!).toFixed(0)}%, ` +
      `the worst off by ${(100 * offs.at(-1)!).toFixed(0)}%.`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
