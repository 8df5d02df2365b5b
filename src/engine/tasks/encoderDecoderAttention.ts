import type { AttentionTensor } from '../../core/attention/tensor';
import { say } from '../../core/message';
import type { Token } from '../../core/text/token';
import { EngineError, type AttentionParams, type AttentionPart } from '../../protocol/engine';
import type { OpenEncoderDecoder } from '../model/modelStore';
import type { Turn } from '../scheduler';
import type { Attention, ReadWindow } from './attention';
import { targetOptions } from './rewrite';
import { writeTarget } from './writeTarget';

const parts: AttentionPart[] = ['encoder', 'decoder', 'cross'];

/**
 * An encoder-decoder's attention: of the source to itself, of what is written to itself, and of what is written to
 * the source (Vaswani et al. 2017). Without a target the model writes one first, as it rewrites.
 * @param read the window of the source that is looked at
 * @throws EngineError `no-attention` when a graph has fused them away
 */
export async function encoderDecoderAttention(
  model: OpenEncoderDecoder,
  params: AttentionParams,
  { tokens, typeIds, window }: ReadWindow,
  turn: Turn,
): Promise<Omit<Attention, 'model' | 'folder' | 'timing'>> {
  const part = params.part ?? 'encoder';
  const ids = tokens.map(({ id }) => id);
  if (part !== 'encoder' && part !== 'decoder' && part !== 'cross')
    throw new EngineError(
      'option',
      say`An encoder-decoder has the attentions ${parts.join(', ')}, and no "${part}".`,
    );
  let layers: Float32Array[];
  let text = '';
  let target: Token[] = [];
  if (part === 'encoder') {
    await turn();
    layers = await model.net.encoderAttentions(ids);
  } else {
    text = params.target ?? (await written(model, ids, turn));
    target = targetTokens(model, text, ids.length);
    const source = await model.net.encode(ids, turn);
    const targetIds = target.map(({ id }) => id);
    layers = (await model.net.decoderAttentions(source, targetIds, turn))[part];
  }
  if (layers.length === 0) throw noPart(model, part);
  const queries = part === 'encoder' ? tokens : target;
  const keys = part === 'decoder' ? target : tokens;
  const heads = layers[0]!.length / (queries.length * keys.length);
  const tensor: AttentionTensor = { layers, heads, queries: queries.length, keys: keys.length };
  return {
    part,
    parts,
    tokens: queries,
    keyTokens: keys,
    text: part === 'encoder' ? params.text : text,
    keyText: part === 'decoder' ? text : params.text,
    typeIds,
    ...(part === 'encoder' ? {} : { sourceIds: ids }),
    causal: part === 'decoder',
    window,
    tensor,
  };
}

/** What is said of a graph that has fused a part's attention away. */
export function noPart({ folder }: OpenEncoderDecoder, part: AttentionPart): EngineError {
  return new EngineError(
    'no-attention',
    say`"${folder.name}" can't show its ${part} attention: the graph computes no attention probabilities
      that Headlight can find. Use an export that wasn't optimised for speed.`,
  );
}

/** What the model makes of a source. */
async function written(model: OpenEncoderDecoder, ids: readonly number[], turn: Turn): Promise<string> {
  const { startId, ...options } = targetOptions(model, {}, ids.length);
  const { net, tokenizer } = model;
  const source = await net.encode(ids, turn);
  const run = { net, tokenizer, source, options, lead: [startId], turn };
  return (await writeTarget(run, () => undefined)).text;
}

/** What the decoder reads when it writes a text: what it begins with, then the text, without the end. */
function targetTokens(model: OpenEncoderDecoder, text: string, length: number): Token[] {
  const { tokens } = model.tokenizer.encode(text);
  const ends = model.tokenizer.endIds;
  const end =
    tokens.length > 0 && tokens.at(-1)!.special && ends.includes(tokens.at(-1)!.id) ? -1 : undefined;
  const { startId: id } = targetOptions(model, {}, length);
  const start = { id, text: model.tokenizer.tokenText(id), start: 0, end: 0, special: true };
  return [start, ...tokens.slice(0, end)].slice(0, model.folder.window);
}
