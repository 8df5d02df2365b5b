import * as path from 'node:path';
import {
  alignByText,
  alignTokens,
  alignWords,
  type TokenForm,
  type WordForm,
} from '../../core/text/alignment';
import {
  alignText,
  originalSpan,
  prependAligned,
  replaceAligned,
  rewriteAligned,
  sliceAligned,
  type AlignedText,
} from '../../core/text/alignedText';
import { textOfByteLevelToken } from '../../core/text/byteLevel';
import type { Span } from '../../core/text/span';
import type { Token } from '../../core/text/token';
import { openLibraryTokenizer } from './openLibraryTokenizer';
import { findEndIds, findSpecialTokens, type SpecialToken, type SpecialTokens } from './specialTokens';
import { byteLevelStream, differenceStream, type StreamVocabulary, type TextStream } from './textStream';
import { agreeWithReference, type Cuts } from './tokenizerAgreement';
import {
  normalizerSteps,
  preTokenizerSteps,
  stepConfigs,
  type AddedToken,
  type OpenedLibraryTokenizer,
  type TokenizerParts,
} from './tokenizerLibrary';

export type { TextStream } from './textStream';
export type { SpecialToken, SpecialTokens } from './specialTokens';

/**
 * How a vocabulary writes words: `wordpiece` marks tokens that continue a word (`##`); `byte-level` and
 * `metaspace` mark those that begin one with its leading space, so that in running text a word may be `" word"`.
 */
export type TokenizerKind = 'wordpiece' | 'byte-level' | 'metaspace' | 'other';

export interface EncodeOptions {
  /** Adds what the model expects around a text ([CLS] ... [SEP], `<s>` ... `</s>`); default true. */
  addSpecial?: boolean;
  /** A second text, after the first. */
  pair?: string;
}

export interface Encoding {
  /** Spans are UTF-16 offsets into the text that the token is of; see `sequences`. */
  readonly tokens: Token[];
  /** `token_type_ids`, one a token. */
  readonly typeIds: number[];
  /** The text each token belongs to: 0, or 1 for the pair. Special tokens belong to the text they follow. */
  readonly sequences: (0 | 1)[];
}

/** The tokenizer of a model folder. */
export interface Tokenizer {
  /** The ids of a text, each with the span of the text it came from. */
  encode(text: string, options?: EncodeOptions): Encoding;
  /**
   * The text of one id alone as a reader sees it: a leading space stays, `##` goes; bytes that aren't whole
   * characters read as U+FFFD; empty for an id the vocabulary doesn't have.
   */
  tokenText(id: number): string;
  /** Whether a token stands for something other than text: padding, a mask, the end of a text. */
  isSpecial(id: number): boolean;
  /**
   * Whether a token, by how the vocabulary marks words, goes on with one instead of beginning one; also true for the
   * punctuation that a byte-level vocabulary writes without a space.
   */
  continuesWord(id: number): boolean;
  /**
   * The text of ids: the exact inverse of `encode` for byte-level vocabularies, as near as it comes for others.
   * Ids the vocabulary doesn't have are passed over.
   */
  decode(ids: readonly number[], options?: { skipSpecial?: boolean }): string;
  /**
   * The text of ids that come one after the other, special tokens left out.
   * @param previousIds what stands to the left of the first
   */
  stream(previousIds?: readonly number[]): TextStream;
  readonly special: SpecialTokens;
  /** Every id that ends a text, by the configurations and the tokenizer. */
  readonly endIds: readonly number[];
  /** One more than the greatest id. */
  readonly vocabularySize: number;
  readonly kind: TokenizerKind;
}

/**
 * Opens the tokenizer of a local model folder (`tokenizer.json`, `tokenizer_config.json` and their like).
 * @throws EngineError `model` naming the file that is missing or broken
 */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  const { library, sources } = await openLibraryTokenizer(path.resolve(folder));
  const cuts = agreeWithReference(library);
  const { model } = library.parts;
  const special = findSpecialTokens(sources, {
    idOf: (text) => idOf(library.parts, text),
    textOf: (id) => model.vocab[id],
  });
  return new LibraryTokenizer(library, cuts, special, findEndIds(sources, special.eos));
}

/** A token of a text on its own. */
interface Piece extends Span {
  readonly id: number;
}

/** A place in what the model is given: a special token, or all tokens of one of the texts. */
type TemplatePlace =
  | { readonly special: number; readonly typeId: number }
  | { readonly sequence: 0 | 1; readonly typeId: number };

class LibraryTokenizer implements Tokenizer {
  readonly kind: TokenizerKind;
  readonly vocabularySize: number;
  private readonly parts: TokenizerParts;
  private readonly normalize: readonly ((aligned: AlignedText) => AlignedText)[];
  private readonly wordForm: WordForm;
  private readonly tokenForm: TokenForm;
  private readonly trimsSpaces: boolean;
  private readonly single: readonly TemplatePlace[];
  private readonly double: readonly TemplatePlace[];
  private readonly addedById: ReadonlyMap<number, AddedToken>;
  private readonly texts: (string | undefined)[] = [];
  private readonly streamed: StreamVocabulary;

  constructor(
    library: OpenedLibraryTokenizer,
    private readonly cuts: Cuts,
    readonly special: SpecialTokens,
    readonly endIds: readonly number[],
  ) {
    const { parts, json } = library;
    this.parts = parts;
    this.vocabularySize = parts.model.vocab.length;
    this.addedById = new Map(parts.added_tokens.map((token) => [token.id, token]));
    this.normalize = alignedSteps(library);
    this.wordForm = wordForm(library);
    this.tokenForm = tokenForm(library);
    this.kind = kindOf(library, this.wordForm, this.tokenForm);
    const after = stepConfigs(json.post_processor);
    this.trimsSpaces = after.some(
      ({ type, trim_offsets: trims }) =>
        (type === 'RobertaProcessing' || type === 'ByteLevel') && trims !== false,
    );
    const noTypes = after.some(({ type }) => type === 'RobertaProcessing');
    this.single = template(parts, false, noTypes);
    this.double = template(parts, true, noTypes);
    this.streamed = {
      tokenOf: (id) => parts.model.vocab[id],
      addedText: (id) => this.addedById.get(id)?.content,
      isSpecial: (id) => this.addedById.get(id)?.special === true,
      decode: (ids) => this.decode(ids),
    };
  }

  encode(text: string, { addSpecial = true, pair }: EncodeOptions = {}): Encoding {
    const texts = pair === undefined ? [text] : [text, pair];
    const encoding: Encoding = { tokens: [], typeIds: [], sequences: [] };
    const add = (token: Token, typeId: number, sequence: 0 | 1): void => {
      encoding.tokens.push(token);
      encoding.typeIds.push(typeId);
      encoding.sequences.push(sequence);
    };
    let sequence: 0 | 1 = 0;
    let at = 0;
    for (const place of pair === undefined ? this.single : this.double) {
      if ('special' in place) {
        if (!addSpecial) continue;
        const id = place.special;
        add({ id, text: this.tokenText(id), start: at, end: at, special: true }, place.typeId, sequence);
      } else {
        sequence = place.sequence;
        const whole = texts[sequence] ?? '';
        for (const { id, start, end } of this.pieces(whole))
          add({ id, text: this.tokenText(id), start, end, special: false }, place.typeId, sequence);
        at = whole.length;
      }
    }
    return encoding;
  }

  tokenText(id: number): string {
    const known = this.texts[id];
    if (known !== undefined) return known;
    const text = this.readToken(id);
    if (id >= 0 && id < this.vocabularySize) this.texts[id] = text;
    return text;
  }

  isSpecial(id: number): boolean {
    if (this.addedById.get(id)?.special === true) return true;
    return Object.values(this.special).some((token: SpecialToken | undefined) => token?.id === id);
  }

  continuesWord(id: number): boolean {
    const { continuingPrefix } = this.tokenForm;
    if (continuingPrefix) return this.parts.model.vocab[id]?.startsWith(continuingPrefix) === true;
    return !this.tokenText(id).startsWith(' ');
  }

  decode(ids: readonly number[], { skipSpecial = false }: { skipSpecial?: boolean } = {}): string {
    const { vocab } = this.parts.model;
    const known = ids.filter((id) => vocab[id] !== undefined);
    if (known.length === 0) return '';
    return this.parts.decode(known, {
      skip_special_tokens: skipSpecial,
      clean_up_tokenization_spaces: false,
    });
  }

  stream(previousIds?: readonly number[]): TextStream {
    const stream = this.kind === 'byte-level' ? byteLevelStream : differenceStream;
    return stream(this.streamed, previousIds);
  }

  /** The tokens of a text without what is put around it. The ids are those of the library's own encoding. */
  private pieces(text: string): Piece[] {
    // Halves of surrogate pairs become U+FFFD, as in UTF-8; every offset stays.
    const wellFormed = text.replace(/\p{Surrogate}/gu, '\ufffd');
    const { ids, tokens } = this.parts.encode(wellFormed, { add_special_tokens: false });
    const pieces = this.alignedPieces(wellFormed);
    const agree = pieces?.length === ids.length && ids.every((id, index) => pieces[index]?.id === id);
    const spans =
      agree && pieces !== undefined
        ? pieces
        : alignByText(
            wellFormed,
            ids.map((id, index) => (this.wordForm.byteLevel ? this.tokenText(id) : (tokens[index] ?? ''))),
          );
    return ids.map((id, index) => {
      const { start, end } = spans[index] ?? { start: text.length, end: text.length };
      return { id, ...(this.trimsSpaces ? withoutSpaces(text, start, end) : { start, end }) };
    });
  }

  /** Goes the library's own way through the text step by step, with spans; undefined where it loses track. */
  private alignedPieces(text: string): Piece[] | undefined {
    const pieces: Piece[] = [];
    for (const [index, section] of this.cuts.unnormalized(text).entries()) {
      if (section.added !== undefined) {
        pieces.push({ id: section.added.id, start: section.start, end: section.end });
        continue;
      }
      let aligned = alignText(text.slice(section.start, section.end), section.start);
      for (const step of this.normalize) aligned = step(aligned);
      for (const part of this.cuts.normalized(aligned.text)) {
        if (part.added !== undefined)
          pieces.push({ id: part.added.id, ...originalSpan(aligned, part.start, part.end) });
        else if (!this.addWords(sliceAligned(aligned, part.start, part.end), index, pieces)) return undefined;
      }
    }
    return pieces;
  }

  /** Adds the tokens of a part without added tokens; false where its words can't be found in it. */
  private addWords(part: AlignedText, sectionIndex: number, pieces: Piece[]): boolean {
    if (part.text.length === 0) return true;
    const { pre_tokenizer, model } = this.parts;
    const words = pre_tokenizer?.pre_tokenize(part.text, { section_index: sectionIndex }) ?? [part.text];
    const aligned = pre_tokenizer ? alignWords(part, words, this.wordForm) : [part];
    if (aligned === undefined) return false;
    for (const word of aligned) {
      const tokens = model([word.text]);
      const spans = alignTokens(word, tokens, this.tokenForm);
      for (const [index, token] of tokens.entries()) {
        const id = idOf(this.parts, token) ?? model.unk_token_id;
        const span = spans[index];
        if (id === undefined || span === undefined) return false;
        pieces.push({ id, ...span });
      }
    }
    return true;
  }

  private readToken(id: number): string {
    const added = this.addedById.get(id);
    if (added !== undefined) return added.content;
    const token = this.parts.model.vocab[id];
    if (token === undefined) return '';
    if (this.kind === 'byte-level') return textOfByteLevelToken(token);
    const { continuingPrefix, endOfWordSuffix, byteFallback } = this.tokenForm;
    if (continuingPrefix && token.startsWith(continuingPrefix)) return token.slice(continuingPrefix.length);
    if (endOfWordSuffix && token.endsWith(endOfWordSuffix)) return token.slice(0, -endOfWordSuffix.length);
    if (byteFallback && /^<0x[0-9A-F]{2}>$/.test(token)) {
      const byte = parseInt(token.slice(3, 5), 16);
      return byte < 0x80 ? String.fromCharCode(byte) : '\ufffd';
    }
    return this.kind === 'metaspace' ? token.replaceAll(metaspace, ' ') : token;
  }
}

const metaspace = '\u2581';

function idOf(parts: TokenizerParts, token: string): number | undefined {
  return parts.added_tokens_map.get(token)?.id ?? parts.model.tokens_to_ids.get(token);
}

/** The steps of the normaliser as steps that keep the spans. */
function alignedSteps(library: OpenedLibraryTokenizer): ((aligned: AlignedText) => AlignedText)[] {
  const steps = normalizerSteps(library).map(({ step, config }) => (aligned: AlignedText): AlignedText => {
    switch (config.type) {
      case 'Replace':
        return step.pattern ? replaceAligned(aligned, step.pattern, config.content ?? '') : aligned;
      case 'Prepend':
        return prependAligned(aligned, config.prepend ?? '');
      case 'Strip': {
        const stripped = step.normalize(aligned.text);
        const start = aligned.text.indexOf(stripped);
        return sliceAligned(aligned, start, start + stripped.length);
      }
      default:
        return rewriteAligned(aligned, (part) => step.normalize(part));
    }
  });
  if (!library.parts.do_lowercase_and_remove_accent) return steps;
  return [
    (aligned) => rewriteAligned(aligned, (part) => part.toLowerCase().replace(/\p{M}/gu, '')),
    ...steps,
  ];
}

function wordForm(library: OpenedLibraryTokenizer): WordForm {
  const steps = preTokenizerSteps(library).map(({ config }) => config);
  const spaces = steps.find(({ type }) => type === 'Metaspace');
  return {
    byteLevel: steps.some(({ type }) => type === 'ByteLevel'),
    dropsSpaces: steps.some(({ type }) => type === 'WhitespaceSplit'),
    ...(spaces && { space: typeof spaces['replacement'] === 'string' ? spaces['replacement'] : metaspace }),
  };
}

function tokenForm({ parts, json }: OpenedLibraryTokenizer): TokenForm {
  const config = json.model;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    continuingPrefix: 'merges' in config ? '' : text(config['continuing_subword_prefix']),
    endOfWordSuffix: text(config['end_of_word_suffix']),
    unknown: text(parts.model.unk_token),
    byteFallback: config['byte_fallback'] === true,
  };
}

function kindOf({ json }: OpenedLibraryTokenizer, words: WordForm, tokens: TokenForm): TokenizerKind {
  if (words.byteLevel || stepConfigs(json.decoder).some(({ type }) => type === 'ByteLevel'))
    return 'byte-level';
  if (tokens.continuingPrefix !== '') return 'wordpiece';
  const describesSpaces = JSON.stringify([json.normalizer, json.decoder]).includes(metaspace);
  return words.space !== undefined || describesSpaces ? 'metaspace' : 'other';
}

/** What the post-processor puts around texts, found by letting it place two marks. */
function template(parts: TokenizerParts, pair: boolean, noTypes: boolean): TemplatePlace[] {
  const marks = ['\0A', '\0B'];
  const texts = marks.slice(0, pair ? 2 : 1).map((mark) => [mark]);
  const placed = parts.post_processor?.post_process(texts[0] ?? [], texts[1] ?? null, true);
  const tokens = placed?.tokens ?? texts.flat();
  // The library's byte-level post-processor forgets the second text.
  if (pair && !tokens.includes('\0B')) tokens.push('\0B');
  return tokens.flatMap((token, index): TemplatePlace[] => {
    const mark = marks.indexOf(token);
    // The library numbers the texts of RoBERTa, whose models have a single type.
    const typeId = noTypes ? 0 : (placed?.token_type_ids?.[index] ?? Math.max(mark, 0));
    if (mark >= 0) return [{ sequence: mark as 0 | 1, typeId }];
    const id = idOf(parts, token);
    return id === undefined ? [] : [{ special: id, typeId }];
  });
}

/** The span without the spaces at its ends, unless it is nothing but spaces. */
function withoutSpaces(text: string, start: number, end: number): Span {
  let from = start;
  let to = end;
  while (from < to && text.charAt(from) === ' ') from++;
  while (to > from && text.charAt(to - 1) === ' ') to--;
  return from < to ? { start: from, end: to } : { start, end };
}
