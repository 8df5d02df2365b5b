import * as path from 'node:path';
import type { AttentionTensor } from '../../core/attention/tensor';
import { textWindows, windowAt } from '../../core/attention/textWindows';
import { say } from '../../core/message';
import { commonMask, readMasks } from '../../core/text/masks';
import type { Token } from '../../core/text/token';
import {
  EngineError,
  type AttentionParams,
  type AttentionPart,
  type AttentionWindow,
  type Timing,
} from '../../protocol/engine';
import type { Model } from '../model/modelStore';
import { readStub } from '../onnx/modelFile';
import { alternativesTo } from '../onnx/modelFiles';
import { editModel } from '../onnx/openModel';
import type { Turn } from '../scheduler';
import type { TaskContext } from './context';
import { encoderDecoderAttention } from './encoderDecoderAttention';

/** The attentions of a text in every layer and head. */
export interface Attention {
  /** The model's name, and its folder or file as it was asked for. */
  readonly model: string;
  readonly folder: string;
  readonly part: AttentionPart;
  readonly parts: AttentionPart[];
  /** The queries and the keys. */
  readonly tokens: Token[];
  readonly keyTokens: Token[];
  /** The texts that the spans of the queries and of the keys are of. */
  readonly text: string;
  readonly keyText: string;
  /** What an encoder-decoder's decoder reads beside the queries. */
  readonly sourceIds?: readonly number[];
  /** The queries as the model read them. */
  readonly typeIds: readonly number[];
  readonly causal: boolean;
  readonly window: AttentionWindow;
  readonly tensor: AttentionTensor;
  readonly timing: Timing;
}

/**
 * Reads a text once and returns the attention probabilities that the model itself computed, of every layer and
 * head. Of a text longer than the model takes, one window is read.
 * @throws EngineError `no-attention` when the exported graph has fused them away
 */
export async function attention(params: AttentionParams, { models, turn }: TaskContext): Promise<Attention> {
  const { model, loadMs } = await models.open(params.model, 'attention');
  const started = performance.now();
  await requireAttention(model);
  const read = readWindow(model, params);
  const { tokens, typeIds, window } = read;
  if (tokens.length === 0)
    throw new EngineError('input', say`The text is empty: there is nothing to attend to.`);
  if (model.kind === 'encoder-decoder') {
    const found = await encoderDecoderAttention(model, params, read, turn);
    const timing = { loadMs, runMs: performance.now() - started };
    return { model: model.folder.name, folder: params.model, ...found, timing };
  }
  const ids = tokens.map(({ id }) => id);
  const tensor = await attentionsOf(model, ids, typeIds, turn);
  return {
    model: model.folder.name,
    folder: params.model,
    part: 'self',
    parts: ['self'],
    tokens,
    keyTokens: tokens,
    text: params.text,
    keyText: params.text,
    typeIds,
    causal: model.kind === 'causal',
    window,
    tensor,
    timing: { loadMs, runMs: performance.now() - started },
  };
}

/** @throws EngineError `no-attention` that says why, and which file of the model can */
export async function requireAttention({ folder, file, graph, kind }: Model): Promise<void> {
  if (graph.attentions.length > 0) return;
  const others = await alternativesTo(file, { causal: kind === 'causal' });
  const able = others.find(showsAttention);
  const reason = graph.noAttentionReason ?? say`its graph computes no attention probabilities.`;
  throw new EngineError(
    'no-attention',
    able === undefined
      ? say`"${folder.name}" can't show attention with the file ${file}: ${reason}`
      : say`"${folder.name}" can't show attention with the file ${file}: ${reason}
          Its file ${path.basename(able)} can: choose ${able} as the model.`,
  );
}

function showsAttention(file: string): boolean {
  try {
    const stub = readStub(file);
    return stub !== undefined && editModel(stub, file).offer.attentions.length > 0;
  } catch {
    return false;
  }
}

/** The attentions that a model computes when it reads `ids`. */
export async function attentionsOf(
  model: Model,
  ids: readonly number[],
  typeIds: readonly number[],
  turn: Turn,
): Promise<AttentionTensor> {
  await turn();
  const layers = await layersOf(model, ids, typeIds, turn);
  const tokens = ids.length;
  return { layers, heads: layers[0]!.length / tokens ** 2, queries: tokens, keys: tokens };
}

function layersOf(
  model: Model,
  ids: readonly number[],
  typeIds: readonly number[],
  turn: Turn,
): Promise<Float32Array[]> {
  switch (model.kind) {
    case 'causal':
      return model.net.attentions(ids, turn);
    case 'encoder':
      return model.net.attentions({ ids, typeIds });
    case 'encoder-decoder':
      return model.net.encoderAttentions(ids);
  }
}

/** A window of a text as the model reads it. */
export interface ReadWindow {
  readonly tokens: Token[];
  readonly typeIds: number[];
  readonly window: AttentionWindow;
}

/** The wanted window of the text. */
function readWindow(model: Model, { text, window: wanted, at }: AttentionParams): ReadWindow {
  const mask = model.tokenizer.special.mask;
  const written = readMasks(text, mask?.text ?? commonMask);
  const encoded = model.tokenizer.encode(written.text);
  const all = encoded.tokens.map((token) => ({ ...token, ...written.toWritten(token) }));
  const windows = textWindows(all, model.folder.window);
  const index = wanted ?? (at === undefined ? 0 : windowAt(windows, all, at));
  const chosen = windows[index];
  if (!chosen) {
    throw new EngineError(
      'input',
      say`There is no window ${index}: the text is read in ${windows.length}, counted from 0.`,
    );
  }
  const tokens = chosen.map((place) => all[place]!);
  const shown = tokens.filter(({ special }) => !special);
  return {
    tokens,
    typeIds: chosen.map((place) => encoded.typeIds[place]!),
    window: {
      index,
      count: windows.length,
      start: windows.length > 1 ? (shown[0]?.start ?? 0) : 0,
      end: windows.length > 1 ? (shown.at(-1)?.end ?? text.length) : text.length,
    },
  };
}
