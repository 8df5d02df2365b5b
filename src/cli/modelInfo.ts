/** What `headlight models info` says of a model, as an object for scripts and as text for people. */
import * as path from 'node:path';
import { english, listed } from '../core/message';
import { taskNames, type Family, type Task } from '../core/families';
import type { GraphChoice } from '../core/graphFiles';
import { estimateMemory, type MemoryEstimate } from '../core/memory';
import { shapeOf, type ModelShape } from '../core/modelShape';
import { countParameters } from '../core/parameters';
import { defaultCacheFolder } from '../engine/onnx/decoder/decoderCache';
import { inspect } from '../engine/tasks/inspect';
import { filesOf, megabytes, type Offer } from '../models/add';
import type { FoundModel } from '../models/places';
import type { InspectResult } from '../protocol/engine';

/** The text for which the memory is estimated: tokens, and how many such texts at once. */
export interface EstimatedText {
  readonly length: number;
  readonly batch: number;
}

/** What is known of a model on this machine without looking into its graphs. */
export function describe({ id, place, folder, family, shape, size, licence, graphs }: FoundModel) {
  return {
    id,
    place,
    folder,
    family: family.name,
    sees: family.sees,
    tasks: family.tasks,
    size,
    licence: licence ?? null,
    window: shape?.window ?? null,
    precisions: graphs.map(({ name }) => name),
  };
}

/** Everything about a model on this machine. */
export async function infoOf(model: FoundModel, text: EstimatedText) {
  const precisions = await Promise.all(
    model.graphs.map(async (graph) => ({
      ...(await inspect({ model: path.join(model.folder, graph.files[0]!.path) }, defaultCacheFolder())),
      precision: graph.name,
      bytes: graph.size,
      memory: memoryOf(model.shape, model.family, graph, text),
    })),
  );
  return { ...describe(model), precisions };
}

/** What a repository on the Hub offers; what can be told of it before it is fetched is told by its config. */
export function offerInfo(offer: Offer, text: EstimatedText) {
  const { repository, family, graphs } = offer;
  const shape = shapeOf(offer.config);
  return {
    id: repository.id,
    place: 'hub',
    commit: repository.commit,
    licence: repository.licence ?? null,
    family: family.name,
    sees: family.sees,
    tasks: family.tasks,
    window: shape?.window ?? null,
    parameters: shape ? countParameters(shape, family).total : null,
    precisions: graphs.map((graph) => ({
      name: graph.name,
      files: filesOf(offer, graph).map(({ path: name, size }) => ({ path: name, size })),
      memory: memoryOf(shape, family, graph, text),
    })),
  };
}

function memoryOf(
  shape: ModelShape | undefined,
  family: Family,
  { size, precision }: GraphChoice,
  text: EstimatedText,
): (EstimatedText & MemoryEstimate) | null {
  if (!shape) return null;
  return { ...text, ...estimateMemory(shape, family, text, { bytes: size, precision }) };
}

interface Known {
  readonly family: string;
  readonly sees: string;
  readonly tasks: readonly Task[];
  readonly licence: string | null;
}

const known = ({ family, sees, tasks, licence }: Known): string[] => [
  `family    ${family}; sees ${sees}`,
  `can       ${english(listed(tasks.map((task) => taskNames[task])))}`,
  `licence   ${licence ?? 'not named'}`,
];

export function printInfo(info: Awaited<ReturnType<typeof infoOf>>): string {
  const graph = ({
    precision,
    bytes,
    parameters,
    attention,
    memory,
  }: (typeof info.precisions)[number]): string =>
    [
      `${precision.padEnd(9)} ${megabytes(bytes)}, ${millions(parameters)} parameters, ${attention ? 'shows attention' : 'no attention'}`,
      ...(memory ? [`          ${printMemory(memory)}`] : []),
    ].join('\n');
  return [
    `${info.id} (${info.place})`,
    `folder    ${info.folder}, ${megabytes(info.size)}`,
    ...known(info),
    ...(info.window === null ? [] : [`context   ${info.window} tokens`]),
    ...info.precisions.map(graph),
  ].join('\n');
}

export function printOffer(info: ReturnType<typeof offerInfo>): string {
  return [
    `${info.id} (on the Hub, commit ${info.commit.slice(0, 7)})`,
    ...known(info),
    ...(info.window === null ? [] : [`context   ${info.window} tokens`]),
    ...(info.parameters === null ? [] : [`size      ${millions(info.parameters)} parameters`]),
    ...info.precisions.flatMap(({ name, files, memory }) => {
      const size = files.reduce((sum, file) => sum + file.size, 0);
      return [
        `${name.padEnd(9)} ${megabytes(size)} in ${files.length} files`,
        ...(memory ? [`          ${printMemory(memory)}`] : []),
      ];
    }),
  ].join('\n');
}

function printMemory({
  length,
  batch,
  weights,
  cache,
  linear,
  quadratic,
  total,
}: EstimatedText & MemoryEstimate): string {
  return (
    `about ${megabytes(total)} of memory for ${batch === 1 ? 'one text' : `${batch} texts`} of ${length} tokens: ` +
    `weights and tokenizer ${megabytes(weights)}, length × texts ${megabytes(linear)}` +
    (cache > 0 ? ` (the cache, once: ${megabytes(cache)})` : '') +
    `, length² × texts ${megabytes(quadratic)}`
  );
}

function millions(parameters: InspectResult['parameters']): string {
  return `${(parameters / 1e6).toFixed(parameters < 1e7 ? 2 : 0)} M`;
}
