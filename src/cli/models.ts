/** `headlight models`: what is on this machine, and what comes and goes. */
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import * as path from 'node:path';
import type { Command } from 'commander';
import { defaultCacheFolder, removeOrphans } from '../engine/onnx/decoder/decoderCache';
import { inspect } from '../engine/tasks/inspect';
import { environmentEndpoint, environmentToken } from '../models/access';
import { english } from '../core/message';
import { addModel, filesOf, megabytes, readOffer, tasksOf, type AddProgress } from '../models/add';
import { offeredModels } from '../models/catalogue';
import { exportModel, importModel } from '../models/exchange';
import type { HubAccess } from '../models/hubRequest';
import { defaultStore, takeInventory } from '../models/places';
import { ModelProblem } from '../models/problem';
import { parseRepositoryId } from '../models/repository';
import { removeModel } from '../models/remove';
import { verifyModel } from '../models/verify';
import { UsageError } from './input';
import { describe, infoOf, offerInfo, printInfo, printOffer } from './modelInfo';
import { proxiedFetch } from './proxy';
import { positiveInteger } from './run';

interface Common {
  json?: true;
  store?: string;
}

/**
 * Adds the commands to `program`.
 * @param root the package's own folder, which holds `models/`
 */
export function addModelsCommands(program: Command, root: string): void {
  const models = program.command('models').description('list, add, remove and check models');
  const command = (usage: string, description: string): Command =>
    models
      .command(usage)
      .description(description)
      .option('--json', 'print one JSON object')
      .option('--store <dir>', 'folder of the store (default: HEADLIGHT_STORE, or the user data folder)');
  const inventory = ({ store = defaultStore() }: Common) =>
    takeInventory({ store, embedded: path.join(root, 'models') });

  command('list', 'the models on this machine, and those that are offered').action(
    async (options: Common) => {
      const found = await inventory(options);
      const offered = offeredModels.filter(({ id }) => !found.models.some((model) => model.id === id));
      if (options.json) {
        return print({
          models: found.models.map(describe),
          incomplete: found.incomplete.map(({ id, folder, bytes }) => ({ id, folder, bytes })),
          quarantined: found.quarantined.map((model) => ({ ...model, reason: english(model.reason) })),
          offered,
        });
      }
      const rows = found.models.map((model) => [
        model.id,
        model.place,
        model.family.name,
        model.graphs.map(({ name }) => name).join(', '),
        megabytes(model.size),
      ]);
      rows.push(
        ...found.incomplete.map(({ id, bytes }) => [id, 'incomplete', '', '', megabytes(bytes)]),
        ...found.quarantined.map(({ id, reason }) => [id, 'quarantine', '', '', english(reason)]),
        ...offered.map(({ id, family, title }) => [id, 'offered', family, title, '']),
      );
      table(rows);
    },
  );

  command('info', 'everything about a model: on this machine, else on the Hub')
    .argument('<id>', 'owner/name, or a folder')
    .option('--length <n>', 'tokens for the estimate of the memory', positiveInteger, 512)
    .option('--batch <n>', 'texts at once for the estimate', positiveInteger, 1)
    .action(async (id: string, options: Common & { length: number; batch: number }) => {
      const { models: all } = await takeInventory({
        store: options.store ?? defaultStore(),
        embedded: path.join(root, 'models'),
        chosen: existsSync(id) ? [path.resolve(id)] : [],
      });
      const model = all.find((found) => found.id === id || path.resolve(found.folder) === path.resolve(id));
      if (model) {
        const info = await infoOf(model, { length: options.length, batch: options.batch });
        return options.json ? print(info) : say(printInfo(info));
      }
      const info = offerInfo(await readOffer(access(), id), { length: options.length, batch: options.batch });
      if (options.json) print(info);
      else say(printOffer(info));
    });

  command('add', 'fetch a model from the Hub, or copy it from a folder or a .zip file')
    .argument('<id>', 'owner/name on the Hub; or the path of a folder or .zip file')
    .option('--precision <name>', 'such as int8 or fp32 (default: the fastest that there is)')
    .option('--yes', 'fetch without asking')
    .action(async (id: string, options: Common & { precision?: string; yes?: true }) => {
      const store = options.store ?? defaultStore();
      const controller = new AbortController();
      process.once('SIGINT', () => controller.abort());
      const common = {
        signal: controller.signal,
        inspect: (file: string) => inspect({ model: file }),
        onProgress: progressLine(options),
      };
      if (/\.zip$/i.test(id) || (existsSync(id) && !isId(id)) || /^[./~]/.test(id)) {
        const { record, folder } = await importModel(store, path.resolve(id), common);
        return done(options, { id: record.id, folder, files: record.files.length });
      }
      const offer = await readOffer(access(), id, controller.signal);
      const graph = offer.graphs.find(({ name, precision }) =>
        options.precision === undefined
          ? true
          : name === options.precision || precision === `_${options.precision}`,
      );
      if (!graph)
        throw new UsageError(
          `"${id}" has no precision "${options.precision}"; it has ${offer.graphs.map(({ name }) => name).join(', ')}.`,
        );
      const files = filesOf(offer, graph);
      const size = files.reduce((sum, file) => sum + file.size, 0);
      if (!options.yes) await confirm(offer.repository.id, access().endpoint, files, size);
      const { folder } = await addModel(store, access(), offer, graph, common);
      done(options, {
        id: offer.repository.id,
        folder,
        files: files.length,
        tasks: english(tasksOf(offer.family)),
      });
    });

  command('remove', "remove a model's files from the store")
    .argument('<id>', 'owner/name')
    .action(async (id: string, options: Common) => {
      const { freed: own, left } = await removeModel(options.store ?? defaultStore(), parseRepositoryId(id));
      const freed = own + removeOrphans(defaultCacheFolder());
      if (options.json) return print({ id, freed, left });
      say(
        `Removed ${id}: ${megabytes(freed)} freed.${left.length > 0 ? ` Not part of it, and left: ${left.join(', ')}` : ''}`,
      );
    });

  command('verify', "check models of the store against the Hub's hashes")
    .argument('[id]', 'owner/name (default: all)')
    .action(async (id: string | undefined, options: Common) => {
      const all = (await inventory(options)).models.flatMap(({ stored }) => stored ?? []);
      const chosen = all.filter((model) => id === undefined || model.id === id);
      if (id !== undefined && chosen.length === 0)
        throw new ModelProblem(
          'not-installed',
          `"${id}" isn't in Headlight's store. Add it first: headlight models add ${id}`,
        );
      const results = [];
      for (const model of chosen)
        results.push({
          id: model.id,
          folder: model.folder,
          ...(await verifyModel(model.folder, model.record)),
        });
      if (results.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
      if (options.json) return print({ models: results });
      for (const { id: name, checked, wrong } of results)
        say(
          wrong.length === 0
            ? `${name}: ${checked} files are as recorded.`
            : `${name}: ${wrong.map(({ path: file, how }) => `${file} is ${how}`).join(', ')}. Add it again to fetch them.`,
        );
    });

  command('export', 'write a model of the store into a .zip file or a folder, to add elsewhere')
    .argument('<id>', 'owner/name')
    .argument('<to>', 'a new .zip file, or a new folder')
    .action(async (id: string, to: string, options: Common) => {
      const model = (await inventory(options)).models.find(
        (found) => found.stored && found.id === id,
      )?.stored;
      if (!model) throw new ModelProblem('not-installed', `"${id}" isn't in Headlight's store.`);
      await exportModel(model.folder, model.record, path.resolve(to));
      done(options, { id, to: path.resolve(to) });
    });
}

function access(): HubAccess {
  const endpoint = environmentEndpoint();
  return {
    endpoint,
    token: environmentToken(endpoint),
    fetch: proxiedFetch,
    onWait: (why) => process.stderr.write(`${english(why)}\n`),
  };
}

function isId(text: string): boolean {
  return /^[\w.-]+\/[\w.-]+$/.test(text) && !existsSync(path.join(text, 'config.json'));
}

async function confirm(
  id: string,
  endpoint: string,
  files: readonly { path: string; size: number }[],
  size: number,
): Promise<void> {
  for (const file of files) process.stderr.write(`${megabytes(file.size).padStart(10)}  ${file.path}\n`);
  const question = `Fetch ${id} from ${endpoint}, ${files.length} files with ${megabytes(size)}?`;
  if (!process.stdin.isTTY) throw new UsageError(`${question} Give --yes to do so.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was fetched.');
}

/** A line on a terminal that says how far it is. */
function progressLine({ json }: Common): (progress: AddProgress) => void {
  if (json || !process.stderr.isTTY) return () => undefined;
  return ({ done: bytes, total, file = '', waiting }) =>
    process.stderr.write(
      `\r\u001b[K${megabytes(bytes)} of ${megabytes(total)}  ${english(waiting ?? file)}${bytes === total ? '\n' : ''}`,
    );
}

function done({ json }: Common, result: Record<string, unknown> & { id: string }): void {
  if (json) print(result);
  else say(`${result.id}: ${String(result['folder'] ?? result['to'])}`);
}

function table(rows: readonly string[][]): void {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]!.length));
  // The last column may be as long as it likes.
  const widths = rows[0]?.map((_, column) => (column === rows[0]!.length - 1 ? 0 : width(column))) ?? [];
  for (const row of rows)
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function print(value: unknown): void {
  say(JSON.stringify(value));
}
