/** The tokens with a meaning of their own, found wherever a model's folder names them. */

export interface SpecialToken {
  readonly id: number;
  readonly text: string;
}

export type SpecialRole = 'mask' | 'sep' | 'cls' | 'bos' | 'eos' | 'pad' | 'unk';

/** One token a role; undefined where the model has none. */
export type SpecialTokens = { readonly [role in SpecialRole]: SpecialToken | undefined };

/** The parsed files; any may be missing. */
export interface SpecialTokenSources {
  /** `tokenizer_config.json` */
  readonly tokenizerConfig?: Readonly<Record<string, unknown>>;
  /** `special_tokens_map.json` */
  readonly specialTokensMap?: Readonly<Record<string, unknown>>;
  /** `added_tokens.json`: ids by text */
  readonly addedTokens?: Readonly<Record<string, unknown>>;
  /** `config.json` */
  readonly config?: Readonly<Record<string, unknown>>;
  /** `generation_config.json` */
  readonly generationConfig?: Readonly<Record<string, unknown>>;
}

/** The vocabulary of the opened tokenizer. */
export interface Vocabulary {
  idOf(text: string): number | undefined;
  textOf(id: number): string | undefined;
}

const roles: readonly SpecialRole[] = ['mask', 'sep', 'cls', 'bos', 'eos', 'pad', 'unk'];

/**
 * What the well-known families call them, tried in this order when no file names the role. `</s>` as a separator
 * and `<s>` in front are RoBERTa's, whose folders name them; elsewhere they begin and end a text.
 */
const wellKnown: Record<SpecialRole, readonly string[]> = {
  mask: ['[MASK]', '<mask>', '<|mask|>'],
  sep: ['[SEP]'],
  cls: ['[CLS]'],
  bos: ['<s>', '<bos>', '[BOS]', '<|begin_of_text|>', '<|startoftext|>'],
  eos: ['</s>', '<eos>', '[EOS]', '<|endoftext|>', '<|end_of_text|>'],
  pad: ['[PAD]', '<pad>', '<|pad|>'],
  unk: ['[UNK]', '<unk>'],
};

/**
 * Finds the special tokens: by name in `tokenizer_config.json`, then in `special_tokens_map.json`; by id in
 * `config.json`, then in `generation_config.json`; by a well-known name in the vocabulary. A name or an id that
 * the vocabulary doesn't have is passed over.
 */
export function findSpecialTokens(sources: SpecialTokenSources, vocabulary: Vocabulary): SpecialTokens {
  const named = (text: string | undefined): SpecialToken | undefined => {
    if (!text) return undefined;
    const id = vocabulary.idOf(text) ?? idInFiles(text, sources);
    return id === undefined ? undefined : { id, text };
  };
  const numbered = (value: unknown): SpecialToken | undefined => {
    // eos_token_id may be a list; the first is the one that ends a text.
    const id: unknown = Array.isArray(value) ? value[0] : value;
    const text = typeof id === 'number' ? vocabulary.textOf(id) : undefined;
    return text === undefined ? undefined : { id: id as number, text };
  };
  const find = (role: SpecialRole): SpecialToken | undefined => {
    const { tokenizerConfig, specialTokensMap, config, generationConfig } = sources;
    const found =
      named(textOfEntry(tokenizerConfig?.[`${role}_token`])) ??
      named(textOfEntry(specialTokensMap?.[`${role}_token`])) ??
      numbered(config?.[`${role}_token_id`]) ??
      numbered(generationConfig?.[`${role}_token_id`]);
    if (found !== undefined) return found;
    for (const name of wellKnown[role]) {
      const token = named(name);
      if (token !== undefined) return token;
    }
    return undefined;
  };
  return Object.fromEntries(roles.map((role) => [role, find(role)])) as SpecialTokens;
}

/** Every id that ends a generated text: those the configurations list and the tokenizer's own. */
export function findEndIds(sources: SpecialTokenSources, eos: SpecialToken | undefined): number[] {
  const listed = sources.generationConfig?.['eos_token_id'] ?? sources.config?.['eos_token_id'];
  const ids: unknown[] = Array.isArray(listed) ? listed : [listed];
  if (eos !== undefined) ids.push(eos.id);
  return [...new Set(ids.filter((id): id is number => typeof id === 'number'))];
}

/** Special tokens that the files name by text and id, whether or not `tokenizer.json` lists them too. */
export function namedAddedTokens(sources: SpecialTokenSources): SpecialToken[] {
  const tokens: SpecialToken[] = [];
  for (const [text, id] of Object.entries(sources.addedTokens ?? {}))
    if (typeof id === 'number') tokens.push({ id, text });
  const decoder = sources.tokenizerConfig?.['added_tokens_decoder'];
  if (typeof decoder === 'object' && decoder !== null)
    for (const [id, entry] of Object.entries(decoder)) {
      const text = textOfEntry(entry);
      if (text !== undefined && /^\d+$/.test(id)) tokens.push({ id: Number(id), text });
    }
  return tokens;
}

/** The text of a token however the file writes it. */
export function textOfEntry(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null || !('content' in entry)) return undefined;
  return typeof entry.content === 'string' ? entry.content : undefined;
}

function idInFiles(text: string, sources: SpecialTokenSources): number | undefined {
  return namedAddedTokens(sources).find((token) => token.text === text)?.id;
}
