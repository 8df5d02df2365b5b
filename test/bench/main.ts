/** The bench: see scripts/bench.mjs for how to start it. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { Bandwidth } from './bandwidth';
import { checkFillers, checkWriters } from './checks';
import { buildModels } from './models/build';
import { findModels, precisionFolders, Skipped, type Folders, type ModelSet } from './modelSet';
import { describeMachine, table, type Report, type SkippedRow } from './report';
import type { Measure, Row, Setting } from './row';
import { bandwidthShare, decode, decodeAgainstLlama } from './rows/decode';
import { fillMask } from './rows/fillMask';
import { candidates, speculation } from './rows/several';
import { coldStart, eventLoopGap, memory } from './rows/fresh';
import { prefill, prefixExtend } from './rows/prompt';
import { median } from './statistics';

const root = path.join(import.meta.dirname, '../..');
const cache = path.join(root, '.cache/bench');

/**
 * A row that opens a window: what it runs in a page has a page's types, and is loaded only when it is wanted. Where no
 * window can be opened, or it is too slow, the other rows are measured all the same.
 */
function inWindow(name: string): Measure {
  const file = path.join(import.meta.dirname, 'attention/rows.ts');
  return async (setting) => {
    const measures = (await import(file)) as Record<string, Measure>;
    return measures[name]!(setting).catch((error: unknown) => {
      throw new Skipped(error instanceof Error ? error.message.split('\n')[0] : String(error));
    });
  };
}

const rows: Record<string, Measure> = {
  'decode-int8-512': decode('int8', 512),
  'decode-int8-64': decode('int8', 64),
  'decode-q4-llamacpp': decodeAgainstLlama,
  'bandwidth-int8': bandwidthShare('int8'),
  'bandwidth-q4': bandwidthShare('q4'),
  'prefix-extend': prefixExtend,
  'prefill-512': prefill,
  speculation,
  'fillmask-fp32': fillMask('fp32'),
  'fillmask-int8': fillMask('int8'),
  'candidates-4': candidates,
  'cold-start': coldStart,
  'memory-1024': memory,
  'event-loop-gap': eventLoopGap,
  'attention-open-512': inWindow('attentionOpen'),
  'attention-frame-1024': inWindow('attentionFrames'),
  'attention-script-1024': inWindow('attentionScripts'),
  'attention-memory': inWindow('attentionMemory'),
};

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    models: { type: 'string' },
    only: { type: 'string' },
    attention: { type: 'boolean', default: false },
    'new-tokens': { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
  },
});

const log = (line: string): void => console.log(line);

// What the engine keeps of models that it has opened is the bench's own, not the user's.
process.env['HEADLIGHT_CACHE'] = path.join(cache, 'engine');

async function main(): Promise<void> {
  const only = options.attention
    ? Object.keys(rows).filter((id) => id.startsWith('attention-'))
    : options.only?.split(',');
  const unknown = only?.filter((id) => !(id in rows)) ?? [];
  if (unknown.length > 0)
    throw new Error(`There is no row ${unknown.join(', ')}; there are ${Object.keys(rows).join(', ')}.`);
  const chosen = Object.entries(rows).filter(([id]) => only?.includes(id) ?? true);

  const newTokens = Number(options['new-tokens'] ?? (options.quick ? 32 : 128));
  if (!Number.isInteger(newTokens) || newTokens < 2)
    throw new Error(`--new-tokens is a whole number from 2, not ${options['new-tokens']}.`);

  const models = await chooseModels();
  const started = performance.now();
  // What else the machine does changes every figure.
  const load = loadavg()[0]!.toFixed(1);
  // Who only looks at the view has no contenders that could write something else.
  if (chosen.some(([id]) => !id.startsWith('attention-'))) await checkContenders(models);

  const bandwidth = await Bandwidth.open();
  const setting: Setting = {
    models,
    embedded: embedded('headlight-gpt2'),
    bandwidth,
    rounds: 5,
    newTokens,
    cache,
  };
  const results: (Row | SkippedRow)[] = [];
  for (const [id, measure] of chosen) {
    const begun = performance.now();
    await bandwidth.sample();
    const result = await measure(setting).then(
      (row): Row => ({ id, ...row }),
      (error: unknown): SkippedRow => {
        if (error instanceof Skipped) return { id, skipped: error.message };
        throw error;
      },
    );
    results.push(result);
    log(`${outcome(result)} (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
  }
  while (bandwidth.samples.length < 5) await bandwidth.sample();
  await bandwidth.close();

  const report: Report = {
    machine: describeMachine(),
    date: `${new Date().toISOString().slice(0, 16)}Z`,
    bandwidthGBs: median(bandwidth.samples),
    rows: results.filter((row): row is Row => !('skipped' in row)),
  };
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const text =
    `${report.machine}; ${report.date}; memory read at ${report.bandwidthGBs.toFixed(1)} GB/s; ` +
    `medians of ${setting.rounds} or more, in turns; ${newTokens} new tokens; ${seconds} s; ` +
    `load average ${load} before\n\n${table(results)}\n`;
  log(`\n${text}`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.markdown !== undefined) writeFileSync(options.markdown, text);
}

async function checkContenders(models: ModelSet): Promise<void> {
  log('Checking that all compute the same (fp32) …');
  // What is embedded is quantised only: there the fixtures stand in for it.
  const fixture = (name: string): string | undefined =>
    options.quick ? precisionFolders(path.join(root, 'test/fixtures', name), views).fp32 : undefined;
  const causal = models.causal.fp32 ?? fixture('gpt2-optimum');
  const masked = models.masked.fp32 ?? fixture('bert-masked');
  if (causal === undefined) log('  No causal model in fp32: not checked.');
  else await checkWriters(causal, models.gguf.f32, cache, log);
  if (masked === undefined) log('  No masked model in fp32: not checked.');
  else await checkFillers(masked, log);
}

/** A row in one line, for those who watch. */
function outcome(row: Row | SkippedRow): string {
  if ('skipped' in row) return `${row.id}: skipped, ${row.skipped}`;
  const against = row.peer === null ? '' : ` against ${row.peer.toFixed(1)}`;
  return `${row.id}: ${row.ratio.toFixed(2)}, ${row.ours.toFixed(1)}${against} ${row.unit}`;
}

const views = path.join(cache, 'views');

async function chooseModels(): Promise<ModelSet> {
  if (options.models !== undefined) return findModels(path.resolve(options.models), views);
  if (options.quick) {
    const orFixture = (folders: Folders, name: string): Folders =>
      Object.keys(folders).length > 0
        ? folders
        : precisionFolders(path.join(root, 'test/fixtures', name), views);
    return {
      causal: orFixture(embedded('headlight-gpt2'), 'gpt2-int8'),
      masked: orFixture(embedded('headlight-bert'), 'bert-masked'),
      gguf: {},
    };
  }
  const { gpt2, bert, gguf } = await buildModels(path.join(cache, 'models'), log);
  return { causal: gpt2, masked: bert, gguf };
}

function embedded(name: string): Folders {
  return precisionFolders(path.join(root, 'models', name), views);
}

main().then(
  // What was started may still hold the process.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
