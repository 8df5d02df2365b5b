/**
 * How the models of each `model_type` are built, as far as it decides their size and their window: what the families'
 * tables in textbooks tell, and what is peculiar to one type. A type that isn't here is taken for one like BERT or, of
 * causal models and encoder-decoders, like GPT-2 and BART.
 */

export interface Architecture {
  /**
   * Where a token's place comes from: a table that is learnt or computed but stored (sines), or nothing stored, as with
   * rotary positions (Su et al. 2021) and relative biases (Raffel et al. 2020).
   */
  readonly positions: 'table' | 'rotary' | 'relative';
  /** Rows that the table has beyond `max_position_embeddings`. */
  readonly extraPositions?: number;
  /** Whether places are counted from `pad_token_id + 1`, so that the first rows of the table are never used. */
  readonly countsFromPadding?: true;
  /** A table that tells two texts apart. */
  readonly hasTokenTypes?: true;
  /** Normalised by mean and deviation, with a gain and a bias; or by the root of the mean square, with a gain alone. */
  readonly norm: 'layer' | 'root-mean-square';
  /** Where a text is normalised beside the layers' own places. */
  readonly outerNorms: { readonly embeddings?: true; readonly last?: true };
  /** Which of an attention's four matrices have biases. */
  readonly attentionBiases: 'all' | 'queries, keys and values' | 'output' | 'none';
  readonly hasFeedForwardBiases: boolean;
  /** Whether a third matrix decides what passes (Shazeer 2020): always, never, or by `feed_forward_proj`. */
  readonly isGated: boolean | 'by-config';
  /** Whether the embedding of tokens is also the head, where `tie_word_embeddings` doesn't tell. */
  readonly tiesHead: boolean;
  /** Whether a masked model of the type keeps the pooler, which only heads for whole texts need. */
  readonly keepsPooler?: true;
  /** Whether its exports leave padding out by choosing among scores instead of adding to them. */
  readonly masksByChoice?: true;
  /** Whether the engine writes its decoder anew for reading in steps (`engine/onnx/decoder`). */
  readonly isWrittenAnew?: true;
}

const bert: Architecture = {
  positions: 'table',
  hasTokenTypes: true,
  norm: 'layer',
  outerNorms: { embeddings: true },
  attentionBiases: 'all',
  hasFeedForwardBiases: true,
  isGated: false,
  tiesHead: true,
};

const gpt: Architecture = {
  positions: 'table',
  norm: 'layer',
  outerNorms: { last: true },
  attentionBiases: 'all',
  hasFeedForwardBiases: true,
  isGated: false,
  tiesHead: true,
};

const llama: Architecture = {
  positions: 'rotary',
  norm: 'root-mean-square',
  outerNorms: { last: true },
  attentionBiases: 'none',
  hasFeedForwardBiases: false,
  isGated: true,
  tiesHead: false,
};

const roberta: Architecture = { ...bert, countsFromPadding: true };

const bart: Architecture = {
  positions: 'table',
  extraPositions: 2,
  norm: 'layer',
  outerNorms: { embeddings: true },
  attentionBiases: 'all',
  hasFeedForwardBiases: true,
  isGated: false,
  tiesHead: true,
};

const t5: Architecture = {
  positions: 'relative',
  norm: 'root-mean-square',
  outerNorms: { last: true },
  attentionBiases: 'none',
  hasFeedForwardBiases: false,
  isGated: 'by-config',
  tiesHead: true,
};

const { hasTokenTypes: _, ...bertOfOneText } = bert;

const architectures: Readonly<Record<string, Architecture>> = {
  gpt2: { ...gpt, isWrittenAnew: true },
  gpt_neo: { ...gpt, attentionBiases: 'output' },
  opt: { ...gpt, extraPositions: 2 },
  llama,
  mistral: llama,
  gemma: { ...llama, tiesHead: true },
  qwen2: { ...llama, attentionBiases: 'queries, keys and values' },
  bert,
  distilbert: { ...bertOfOneText, masksByChoice: true },
  roberta,
  'xlm-roberta': roberta,
  camembert: roberta,
  albert: bert,
  electra: bert,
  big_bird: { ...bert, keepsPooler: true },
  t5,
  mt5: t5,
  umt5: t5,
  longt5: t5,
  bart,
  mbart: { ...bart, outerNorms: { embeddings: true, last: true } },
  marian: { ...bart, extraPositions: 0, outerNorms: {} },
};

/** How a model of a type is built. */
export function architectureOf(
  type: string | undefined,
  isCausal: boolean,
  isEncoderDecoder: boolean,
): Architecture {
  return architectures[type ?? ''] ?? (isEncoderDecoder ? bart : isCausal ? gpt : bert);
}

/** The fields of `config.json` that decide the window. */
export interface WindowConfig {
  readonly model_type?: string;
  readonly n_positions?: number;
  readonly max_position_embeddings?: number;
  readonly pad_token_id?: number | null;
}

/** How many tokens a model can read at once; 512 where its config doesn't tell. */
export function windowOf(config: WindowConfig): number {
  const positions = config.n_positions ?? config.max_position_embeddings;
  if (typeof positions !== 'number' || positions < 1) return 512;
  // Two of RoBERTa's 514 positions are never used.
  const isOffset = architectures[config.model_type ?? '']?.countsFromPadding;
  return isOffset ? positions - (config.pad_token_id ?? 1) - 1 : positions;
}
