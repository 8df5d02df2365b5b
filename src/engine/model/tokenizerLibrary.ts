/**
 * The parts of the library's tokenizers that aligning tokens with their text needs. They aren't in the library's
 * public types; `openParts` checks that they are what they are taken for.
 */
import type { PreTrainedTokenizer } from '@xenova/transformers';
import type { Span } from '../../core/text/span';

/** A step's description in `tokenizer.json`. */
export interface StepConfig {
  readonly type?: string;
  /** Of a `Replace`. */
  readonly content?: string;
  /** Of a `Prepend`. */
  readonly prepend?: string;
  readonly [key: string]: unknown;
}

/** `tokenizer.json` as far as it is read here. */
export interface TokenizerJson {
  readonly normalizer: StepConfig | null;
  readonly pre_tokenizer: StepConfig | null;
  readonly post_processor: StepConfig | null;
  readonly decoder: StepConfig | null;
  readonly model: StepConfig;
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Whether it takes the white space before it. */
  lstrip: boolean;
  /** Whether it takes the white space after it. */
  rstrip: boolean;
  readonly special: boolean;
}

/** A part of a text: an added token, or what stands between two of them. */
export interface Section extends Span {
  readonly added: AddedToken | undefined;
}

/** Cuts a text at added tokens. */
export interface Splitter {
  split(text: string): string[];
}

/** A step of the normaliser; a `Sequence` has `normalizers`, a `Replace` its `pattern`. */
export interface Normalizer {
  normalize(text: string): string;
  readonly normalizers?: readonly (Normalizer | null)[];
  readonly pattern?: RegExp | null;
}

/** Cuts a text into words; a `Sequence` has `tokenizers`. */
export interface PreTokenizer {
  pre_tokenize(text: string | string[], options?: { section_index?: number }): string[];
  pre_tokenize_text(text: string, options?: { section_index?: number }): string[];
  readonly tokenizers?: readonly (PreTokenizer | null)[];
  pattern?: RegExp | null;
  prepend_scheme?: string;
}

/** Cuts words into tokens. */
export interface VocabularyModel {
  (words: readonly string[]): string[];
  _call(words: readonly string[]): string[];
  encode(words: readonly string[]): string[];
  /** Only of a Unigram model. */
  tokenize?(word: string): string[];
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  readonly vocab: readonly (string | undefined)[];
  readonly unk_token_id: number | undefined;
  readonly unk_token: string | undefined;
}

/** What comes before, between and after texts. */
export interface PostProcessor {
  post_process(
    tokens: string[],
    pair: string[] | null,
    addSpecial: boolean,
  ): { tokens: string[]; token_type_ids?: number[] };
}

export interface TokenizerParts {
  readonly normalizer: Normalizer | null;
  readonly pre_tokenizer: PreTokenizer | null;
  readonly model: VocabularyModel;
  readonly post_processor: PostProcessor | null;
  readonly added_tokens: readonly AddedToken[];
  readonly added_tokens_map: ReadonlyMap<string, AddedToken>;
  readonly splitter_unnormalized: Splitter;
  readonly splitter_normalized: Splitter;
  remove_space: boolean | undefined;
  readonly do_lowercase_and_remove_accent: boolean;
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[]; tokens: string[] };
  decode(
    ids: number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
  ): string;
}

export interface OpenedLibraryTokenizer {
  readonly parts: TokenizerParts;
  readonly json: TokenizerJson;
}

/** The parts of an opened tokenizer. Throws when the library's insides aren't those this was written for. */
export function openParts(tokenizer: PreTrainedTokenizer): OpenedLibraryTokenizer {
  const { _tokenizer: parts, _tokenizerJSON: json } = tokenizer as unknown as {
    _tokenizer?: TokenizerParts;
    _tokenizerJSON?: TokenizerJson;
  };
  if (
    json === undefined ||
    typeof parts?.encode !== 'function' ||
    typeof parts.model?.encode !== 'function' ||
    !(parts.model.tokens_to_ids instanceof Map) ||
    !(parts.added_tokens_map instanceof Map) ||
    typeof parts.splitter_unnormalized?.split !== 'function' ||
    typeof parts.splitter_normalized?.split !== 'function'
  )
    throw new TypeError("The tokenizer library's insides have changed: this needs another version of it.");
  return { parts, json };
}

/** A step with its description. */
export interface Step<S> {
  readonly step: S;
  readonly config: StepConfig;
}

/** The normaliser's steps in order, sequences taken apart. */
export function normalizerSteps({ parts, json }: OpenedLibraryTokenizer): Step<Normalizer>[] {
  return flatten(parts.normalizer, json.normalizer, (step) => step.normalizers, 'normalizers');
}

/** The pre-tokeniser's steps in order, sequences taken apart. */
export function preTokenizerSteps({ parts, json }: OpenedLibraryTokenizer): Step<PreTokenizer>[] {
  return flatten(parts.pre_tokenizer, json.pre_tokenizer, (step) => step.tokenizers, 'pretokenizers');
}

/** The descriptions of the post-processor's or the decoder's steps in order, sequences taken apart. */
export function stepConfigs(config: StepConfig | null): StepConfig[] {
  if (!config) return [];
  const nested = config['processors'] ?? config['decoders'];
  return Array.isArray(nested) ? nested.flatMap((part) => stepConfigs(part as StepConfig)) : [config];
}

function flatten<S>(
  step: S | null | undefined,
  config: StepConfig | null | undefined,
  nested: (step: S) => readonly (S | null)[] | undefined,
  key: string,
): Step<S>[] {
  if (!step || !config) return [];
  const steps = nested(step);
  if (steps === undefined) return [{ step, config }];
  const configs = config[key] as (StepConfig | null)[];
  return steps.flatMap((part, index) => flatten(part, configs[index], nested, key));
}
