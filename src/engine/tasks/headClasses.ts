import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { classifyHead, type HeadClass } from '../../core/attention/classes';
import { headMatrix, type AttentionTensor } from '../../core/attention/tensor';
import { randomStream } from '../../core/decoding/sampling';
import { say } from '../../core/message';
import { EngineError, type HeadClassesParams, type HeadClassesResult } from '../../protocol/engine';
import type { Model, OpenEncoderDecoder } from '../model/modelStore';
import type { Turn } from '../scheduler';
import { findEncoderDecoderFiles } from '../onnx/modelFiles';
import { attentionsOf, requireAttention } from './attention';
import type { TaskContext } from './context';
import { noPart } from './encoderDecoderAttention';
import { targetOptions } from './rewrite';

/** Raised when what is kept on disk changes, or how it is computed. */
const version = 1;

/** Tokens of the sequence that is read twice, as many as a model has room for. */
const longestPeriod = 50;

/**
 * What kind of head each of a model's heads is; of an encoder-decoder, its encoder's or its decoder's. It reads a
 * random sequence of tokens twice over, so that previous tokens, copies and what follows them can be told apart, and no
 * meaning is in the way (Olsson et al. 2022). Done once a model: the answer is kept in the cache folder, where there is
 * one.
 * @throws EngineError `no-attention`; `input` of cross-attention, of which there are none
 */
export async function headClasses(
  { model: folder, part }: HeadClassesParams,
  { models, turn }: TaskContext,
): Promise<HeadClassesResult> {
  const { model } = await models.open(folder, 'attention');
  if (part === 'cross') {
    throw new EngineError(
      'input',
      say`Classes of heads are of a text's attention to itself; cross-attention has none.`,
    );
  }
  const isDecoder = part === 'decoder' && model.kind === 'encoder-decoder';
  const calibrated = isDecoder ? decoder(model) : whole(model);
  await calibrated.require();
  const { cache } = models;
  if (cache === undefined) return calibrate(calibrated, turn);
  const file = isDecoder ? (await findEncoderDecoderFiles(model.file)).decoder : model.file;
  const kept = readKept(cache, file, calibrated.name);
  if (kept) return kept;
  const result = await calibrate(calibrated, turn);
  keep(cache, file, calibrated.name, result);
  return result;
}

/** Something that reads the sequence. */
interface Calibrated {
  /** Apart from others of the model; empty where the model has but one. */
  readonly name: string;
  readonly causal: boolean;
  readonly sequence: RepeatedSequence;
  /** @throws EngineError `no-attention` */
  readonly require: () => Promise<void>;
  readonly read: (turn: Turn) => Promise<AttentionTensor>;
}

function whole(model: Model): Calibrated {
  const sequence = repeatedSequence(model);
  return {
    name: '',
    causal: model.kind === 'causal',
    sequence,
    require: () => requireAttention(model),
    read: (turn) => attentionsOf(model, sequence.ids, sequence.typeIds, turn),
  };
}

/** A decoder reads the sequence as what it has written, from whatever. */
function decoder(model: OpenEncoderDecoder): Calibrated {
  const { startId } = targetOptions(model, {}, 1);
  const { twice, period } = repeated(model, 1);
  const ids = [startId, ...twice];
  return {
    name: 'decoder',
    causal: true,
    sequence: { ids, compared: [undefined, ...twice], typeIds: [], period },
    require: () => Promise.resolve(),
    async read(turn) {
      const source = await model.net.encode(
        model.tokenizer.encode('a').tokens.map(({ id }) => id),
        turn,
      );
      const layers = (await model.net.decoderAttentions(source, ids, turn)).decoder;
      if (layers.length === 0) throw noPart(model, 'decoder');
      const heads = layers[0]!.length / ids.length ** 2;
      return { layers, heads, queries: ids.length, keys: ids.length };
    },
  };
}

async function calibrate({ causal, sequence, read }: Calibrated, turn: Turn): Promise<HeadClassesResult> {
  const tensor = await read(turn);
  const classes: HeadClass[] = [];
  for (let layer = 0; layer < tensor.layers.length; layer++)
    for (let head = 0; head < tensor.heads; head++)
      classes.push(classifyHead(headMatrix(tensor, layer, head), { causal, ids: sequence.compared }));
  return { layers: tensor.layers.length, heads: tensor.heads, classes, period: sequence.period };
}

interface RepeatedSequence {
  readonly ids: number[];
  /** For `classifyHead`. */
  readonly compared: (number | undefined)[];
  readonly typeIds: number[];
  readonly period: number;
}

/** The same sequence for the same model, between the special tokens that stand around its texts. */
function repeatedSequence(model: Model): RepeatedSequence {
  const { tokenizer, kind } = model;
  const around = tokenizer.encode('a');
  const first = around.tokens.findIndex(({ special }) => !special);
  const last = around.tokens.findLastIndex(({ special }) => !special) + 1;
  const before = around.tokens.slice(0, first).map(({ id }) => id);
  const after = around.tokens.slice(last).map(({ id }) => id);
  const { bos } = tokenizer.special;
  if (before.length === 0 && kind === 'causal' && bos) before.push(bos.id);

  const { twice, period } = repeated(model, before.length + after.length);
  const ids = [...before, ...twice, ...after];
  return {
    ids,
    compared: [...before.map(() => undefined), ...twice, ...after.map(() => undefined)],
    typeIds: ids.map(() => around.typeIds[0] ?? 0),
    period,
  };
}

/** Tokens twice over, beside so many others. */
function repeated({ tokenizer, folder }: Model, others: number): { twice: number[]; period: number } {
  const room = Math.floor((folder.window - others) / 2);
  const sequence = randomIds(tokenizer, Math.min(longestPeriod, room));
  return { twice: [...sequence, ...sequence], period: sequence.length };
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

function keptFile(cache: string, file: string, part: string): string {
  const name = createHash('sha256').update(realpathSync(file)).digest('hex').slice(0, 24);
  return path.join(cache, 'heads', `${name}${part && `-${part}`}.json`);
}

function sourceOf(file: string): Kept['source'] {
  const { size, mtimeMs } = statSync(file);
  return { path: realpathSync(file), size, modified: mtimeMs };
}

function readKept(cache: string, file: string, part: string): HeadClassesResult | undefined {
  try {
    const kept = JSON.parse(readFileSync(keptFile(cache, file, part), 'utf8')) as Kept;
    const isSame = JSON.stringify(kept.source) === JSON.stringify(sourceOf(file));
    return kept.version === version && isSame ? kept.result : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that can't be written is no error: the model is asked again next time. */
function keep(cache: string, file: string, part: string, result: HeadClassesResult): void {
  try {
    const target = keptFile(cache, file, part);
    mkdirSync(path.dirname(target), { recursive: true });
    const kept: Kept = { version, source: sourceOf(file), result };
    writeFileSync(`${target}.${process.pid}`, JSON.stringify(kept));
    renameSync(`${target}.${process.pid}`, target);
  } catch {
    // See above.
  }
}
