import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { classifyHead, type HeadClass } from '../../core/attention/classes';
import { headMatrix } from '../../core/attention/tensor';
import { randomStream } from '../../core/decoding/sampling';
import type { HeadClassesResult } from '../../protocol/engine';
import type { Model } from '../model/modelStore';
import type { Turn } from '../scheduler';
import { attentionsOf, requireAttention } from './attention';
import type { TaskContext } from './context';

/** Raised when what is kept on disk changes, or how it is computed. */
const version = 1;

/** Tokens of the sequence that is read twice, as many as a model has room for. */
const longestPeriod = 50;

/**
 * What kind of head each of a model's heads is. It reads a random sequence of tokens twice over, so that previous
 * tokens, copies and what follows them can be told apart, and no meaning is in the way (Olsson et al. 2022). Done once
 * a model: the answer is kept in the cache folder, where there is one.
 * @throws EngineError `no-attention`
 */
export async function headClasses(
  params: { model: string },
  { models, turn }: TaskContext,
): Promise<HeadClassesResult> {
  const { model } = await models.open(params.model, 'attention');
  await requireAttention(model);
  const kept = models.cache === undefined ? undefined : readKept(models.cache, model.file);
  if (kept) return kept;
  const result = await calibrate(model, turn);
  if (models.cache !== undefined) keep(models.cache, model.file, result);
  return result;
}

async function calibrate(model: Model, turn: Turn): Promise<HeadClassesResult> {
  const { ids, compared, typeIds, period } = repeatedSequence(model);
  const tensor = await attentionsOf(model, ids, typeIds, turn);
  const classes: HeadClass[] = [];
  for (let layer = 0; layer < tensor.layers.length; layer++)
    for (let head = 0; head < tensor.heads; head++)
      classes.push(
        classifyHead(headMatrix(tensor, layer, head), { causal: model.kind === 'causal', ids: compared }),
      );
  return { layers: tensor.layers.length, heads: tensor.heads, classes, period };
}

/** The same sequence for the same model, between the special tokens that stand around its texts. */
function repeatedSequence({ tokenizer, folder, kind }: Model): {
  ids: number[];
  /** For `classifyHead`. */
  compared: (number | undefined)[];
  typeIds: number[];
  period: number;
} {
  const around = tokenizer.encode('a');
  const first = around.tokens.findIndex(({ special }) => !special);
  const last = around.tokens.findLastIndex(({ special }) => !special) + 1;
  const before = around.tokens.slice(0, first).map(({ id }) => id);
  const after = around.tokens.slice(last).map(({ id }) => id);
  const { bos } = tokenizer.special;
  if (before.length === 0 && kind === 'causal' && bos) before.push(bos.id);

  const room = Math.floor((folder.window - before.length - after.length) / 2);
  const sequence = randomIds(tokenizer, Math.min(longestPeriod, room));
  const twice = [...sequence, ...sequence];
  const ids = [...before, ...twice, ...after];
  return {
    ids,
    compared: [...before.map(() => undefined), ...twice, ...after.map(() => undefined)],
    typeIds: ids.map(() => around.typeIds[0] ?? 0),
    period: sequence.length,
  };
}

/** Different tokens with letters in them. */
function randomIds(tokenizer: Model['tokenizer'], count: number): number[] {
  const random = randomStream(2022);
  const reserved = new Set(Object.values(tokenizer.special).map((token) => token?.id));
  const chosen = new Set<number>();
  for (let tries = 0; chosen.size < count && tries < 1000 * count; tries++) {
    const id = Math.floor(random() * tokenizer.vocabularySize);
    if (!reserved.has(id) && /\p{L}/u.test(tokenizer.tokenText(id))) chosen.add(id);
  }
  return [...chosen];
}

// --- the cache on disk ------------------------------------------------------------------------------------

interface Kept {
  readonly version: number;
  readonly source: { readonly path: string; readonly size: number; readonly modified: number };
  readonly result: HeadClassesResult;
}

function keptFile(cache: string, file: string): string {
  const name = createHash('sha256').update(realpathSync(file)).digest('hex').slice(0, 24);
  return path.join(cache, 'heads', `${name}.json`);
}

function sourceOf(file: string): Kept['source'] {
  const { size, mtimeMs } = statSync(file);
  return { path: realpathSync(file), size, modified: mtimeMs };
}

function readKept(cache: string, file: string): HeadClassesResult | undefined {
  try {
    const kept = JSON.parse(readFileSync(keptFile(cache, file), 'utf8')) as Kept;
    const isSame = JSON.stringify(kept.source) === JSON.stringify(sourceOf(file));
    return kept.version === version && isSame ? kept.result : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that can't be written is no error: the model is asked again next time. */
function keep(cache: string, file: string, result: HeadClassesResult): void {
  try {
    const target = keptFile(cache, file);
    mkdirSync(path.dirname(target), { recursive: true });
    const kept: Kept = { version, source: sourceOf(file), result };
    writeFileSync(`${target}.${process.pid}`, JSON.stringify(kept));
    renameSync(`${target}.${process.pid}`, target);
  } catch {
    // See above.
  }
}
