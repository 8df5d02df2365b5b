import type { Token } from '../../core/text/token';
import { commonMask, readMasks } from '../../core/text/masks';
import { EngineError, type AttentionParams, type Timing } from '../../protocol/engine';
import type { Model } from '../model/modelStore';
import type { TaskContext } from './context';

/** The attentions of a text in every layer and head. */
export interface Attention {
  readonly model: string;
  readonly tokens: Token[];
  readonly layers: number;
  readonly heads: number;
  readonly causal: boolean;
  readonly truncated: boolean;
  /** [layers, heads, tokens, tokens], C order; row i is what query i attends to and sums to 1. */
  readonly weights: Float32Array;
  readonly timing: Timing;
}

/**
 * Reads a text once and returns the attention probabilities that the model itself computed, of every layer and
 * head. Of a text longer than the model's window, the beginning is read.
 * @throws EngineError `no-attention` when the exported graph has fused them away
 */
export async function attention(params: AttentionParams, { models, turn }: TaskContext): Promise<Attention> {
  const { model, loadMs } = await models.open(params.model, 'attention');
  const started = performance.now();
  if (model.graph.attentions.length === 0) {
    throw new EngineError(
      'no-attention',
      `"${model.folder.name}" can't show attention with the file ${model.file}: ` +
        `${model.graph.noAttentionReason ?? 'its graph computes no attention probabilities.'}`,
    );
  }
  const { tokens, typeIds, truncated } = read(model, params.text);
  if (tokens.length === 0)
    throw new EngineError('input', 'The text is empty: there is nothing to attend to.');
  await turn();
  const ids = tokens.map((token) => token.id);
  const layers =
    model.kind === 'causal' ? await model.net.attentions(ids) : await model.net.attentions({ ids, typeIds });
  const size = tokens.length * tokens.length;
  const heads = layers[0]!.length / size;
  const weights = new Float32Array(layers.length * heads * size);
  layers.forEach((layer, index) => weights.set(layer, index * heads * size));
  return {
    model: model.folder.name,
    tokens,
    layers: layers.length,
    heads,
    causal: model.kind === 'causal',
    truncated,
    weights,
    timing: { loadMs, runMs: performance.now() - started },
  };
}

/** The text as the model reads it, its beginning when it is longer than the window. */
function read(model: Model, text: string): { tokens: Token[]; typeIds: number[]; truncated: boolean } {
  const { window } = model.folder;
  const mask = model.tokenizer.special.mask;
  const written = readMasks(text, mask?.text ?? commonMask);
  const encoded = model.tokenizer.encode(written.text);
  const tokens = encoded.tokens.map((token) => ({ ...token, ...written.toWritten(token) }));
  if (tokens.length <= window) return { tokens, typeIds: encoded.typeIds, truncated: false };
  // The special tokens at the end stay.
  const after = tokens.length - 1 - tokens.findLastIndex((token) => !token.special);
  return {
    tokens: [...tokens.slice(0, window - after), ...tokens.slice(tokens.length - after)],
    typeIds: encoded.typeIds.slice(0, window),
    truncated: true,
  };
}
