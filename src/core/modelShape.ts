/** The sizes of a model, from its `config.json`. */
import { architectureOf, windowOf, type Architecture } from './families/architectures';
import { familyOf } from './families';

/** The sizes that decide how many parameters a model has and how much memory it takes. */
export interface ModelShape {
  readonly architecture: Architecture;
  /** Layers that a text goes through: of an encoder-decoder its encoder's. */
  readonly layers: number;
  /** An encoder-decoder's other layers; 0 for all others. */
  readonly decoderLayers: number;
  /** Layers that have weights of their own; ALBERT goes through one again and again. */
  readonly ownLayers: number;
  readonly heads: number;
  /** Heads that have keys and values of their own (grouped queries: Ainslie et al. 2023). */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Width of a token's vector. */
  readonly hidden: number;
  /** Width inside the feed-forward part. */
  readonly inner: number;
  /** Width of the embeddings, from which a matrix leads to `hidden` where the two differ. */
  readonly embedding: number;
  readonly vocabulary: number;
  /** Rows of the table of positions; 0 without one. */
  readonly positions: number;
  /** Rows of the table that tells texts apart; 0 without one. */
  readonly tokenTypes: number;
  /** Of T5, distances that have a bias of their own for each head; 0 for others. */
  readonly relativeDistances: number;
  /** Labels of a classifier. */
  readonly labels: number;
  readonly isGated: boolean;
  readonly hasLastNorm: boolean;
  readonly tiesHead: boolean;
  readonly hasAttentionBiases: Architecture['attentionBiases'];
  /** Most tokens it can read at once. */
  readonly window: number;
}

/** What the sizes are called, by type. */
const names = {
  layers: ['encoder_layers', 'num_hidden_layers', 'n_layer', 'n_layers', 'num_layers'],
  decoderLayers: ['decoder_layers', 'num_decoder_layers'],
  heads: ['num_attention_heads', 'n_head', 'n_heads', 'num_heads', 'encoder_attention_heads'],
  hidden: ['hidden_size', 'n_embd', 'dim', 'd_model'],
  inner: ['intermediate_size', 'n_inner', 'hidden_dim', 'd_ff', 'ffn_dim', 'encoder_ffn_dim'],
  headSize: ['head_dim', 'd_kv'],
  embedding: ['embedding_size', 'word_embed_proj_dim'],
  vocabulary: ['vocab_size'],
  keyValueHeads: ['num_key_value_heads'],
  positions: ['max_position_embeddings', 'n_positions'],
  tokenTypes: ['type_vocab_size'],
  relativeDistances: ['relative_attention_num_buckets'],
  labels: ['num_labels'],
} as const;

/** A model's sizes; undefined when its config doesn't tell them. */
export function shapeOf(config: Readonly<Record<string, unknown>>): ModelShape | undefined {
  const read = (key: keyof typeof names): number | undefined =>
    names[key]
      .map((name) => config[name])
      .find((value): value is number => typeof value === 'number' && value > 0);
  const layers = read('layers');
  const heads = read('heads');
  const hidden = read('hidden');
  const vocabulary = read('vocabulary');
  if (!layers || !heads || !hidden || !vocabulary) return undefined;
  const family = familyOf(config).name;
  const isEncoderDecoder = family === 'encoder-decoder';
  const architecture = architectureOf(
    config['model_type'] as string | undefined,
    family === 'causal',
    isEncoderDecoder,
  );
  const { positions, isGated, outerNorms } = architecture;
  const labels = config['id2label'];
  const groups = config['num_hidden_groups'];
  return {
    architecture,
    layers,
    decoderLayers: isEncoderDecoder ? (read('decoderLayers') ?? layers) : 0,
    ownLayers: typeof groups === 'number' && groups > 0 ? groups : layers,
    heads,
    keyValueHeads: read('keyValueHeads') ?? heads,
    headSize: read('headSize') ?? hidden / heads,
    hidden,
    // GPT-2 writes null for four times its width.
    inner: read('inner') ?? 4 * hidden,
    embedding: read('embedding') ?? hidden,
    vocabulary,
    positions: positions === 'table' ? (read('positions') ?? 512) + (architecture.extraPositions ?? 0) : 0,
    tokenTypes: architecture.hasTokenTypes ? (read('tokenTypes') ?? 2) : 0,
    relativeDistances: positions === 'relative' ? (read('relativeDistances') ?? 32) : 0,
    labels:
      typeof labels === 'object' && labels !== null ? Object.keys(labels).length : (read('labels') ?? 2),
    isGated: isGated === 'by-config' ? String(config['feed_forward_proj']).startsWith('gated') : isGated,
    // OPT's smallest but one normalises behind each part instead of before it.
    hasLastNorm: outerNorms.last === true && config['do_layer_norm_before'] !== false,
    tiesHead:
      typeof config['tie_word_embeddings'] === 'boolean'
        ? config['tie_word_embeddings']
        : architecture.tiesHead,
    hasAttentionBiases: config['attention_bias'] === true ? 'all' : architecture.attentionBiases,
    window: windowOf(config),
  };
}
