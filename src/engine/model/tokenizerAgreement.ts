/**
 * Where the library's tokenizers part from the reference implementation (Hugging Face's `tokenizers`, written in
 * Rust, which Python uses and models were trained with), the differing step of an opened tokenizer is replaced
 * here. Only steps are replaced, on that one tokenizer: cutting words into tokens stays the library's.
 */
import { precompiledNormalizer } from '../../core/text/precompiledCharsmap';
import { referenceClasses, referenceDecomposition } from './referenceUnicode';
import {
  normalizerSteps,
  preTokenizerSteps,
  type Normalizer,
  type OpenedLibraryTokenizer,
  type PreTokenizer,
  type Section,
  type Splitter,
  type Step,
  type TokenizerParts,
  type VocabularyModel,
} from './tokenizerLibrary';

/** Cuts a text at the added tokens in it. */
export type Cut = (text: string) => Section[];

/** How a text is cut before it is normalised, and its parts after it. */
export interface Cuts {
  readonly unnormalized: Cut;
  readonly normalized: Cut;
}

/** Makes an opened tokenizer give the reference's ids. */
export function agreeWithReference(tokenizer: OpenedLibraryTokenizer): Cuts {
  const { parts } = tokenizer;
  // The reference knows only what tokenizer.json says.
  parts.remove_space = undefined;
  normalizerSteps(tokenizer).forEach(agreeOnNormalizer);
  preTokenizerSteps(tokenizer).forEach(agreeOnPreTokenizer);
  agreeOnModel(parts.model);
  return agreeOnAddedTokens(parts);
}

/** Some added tokens take the white space beside them; what that is the library leaves to String.trim. */
function agreeOnAddedTokens({ added_tokens_map, ...parts }: TokenizerParts): Cuts {
  const tokens = [...new Set(added_tokens_map.values())];
  const takesLeft = new Set(tokens.filter((token) => token.lstrip));
  const takesRight = new Set(tokens.filter((token) => token.rstrip));
  for (const token of tokens) token.lstrip = token.rstrip = false;

  const agree = (splitter: Splitter): Cut => {
    const split = splitter.split.bind(splitter);
    const cut: Cut = (text) => {
      let end = 0;
      const sections = split(text).map((part) => {
        const start = end;
        end += part.length;
        return { start, end, added: added_tokens_map.get(part) };
      });
      for (const [index, { added }] of sections.entries()) {
        if (added === undefined) continue;
        const before = sections[index - 1];
        const after = sections[index + 1];
        if (takesLeft.has(added) && before !== undefined && before.added === undefined)
          before.end = before.start + strip(text.slice(before.start, before.end), false, true).length;
        if (takesRight.has(added) && after !== undefined && after.added === undefined)
          after.start = after.end - strip(text.slice(after.start, after.end), true, false).length;
      }
      return sections;
    };
    splitter.split = (text) => cut(text).map(({ start, end }) => text.slice(start, end));
    return cut;
  };
  return {
    unnormalized: agree(parts.splitter_unnormalized),
    normalized: agree(parts.splitter_normalized),
  };
}

function agreeOnNormalizer({ step, config }: Step<Normalizer>): void {
  switch (config.type) {
    case 'BertNormalizer':
      step.normalize = bertNormalizer(config as BertNormalizerConfig);
      break;
    case 'Lowercase':
      step.normalize = lowerCase;
      break;
    case 'NFD':
    case 'NFKD': {
      const form = config.type;
      step.normalize = (text) => referenceDecomposition(text, form);
      break;
    }
    case 'StripAccents':
      step.normalize = (text) => text.replace(marks, '');
      break;
    case 'Precompiled':
      // The library takes NFKC for SentencePiece's character map.
      if (typeof config['precompiled_charsmap'] === 'string')
        step.normalize = precompiledNormalizer(config['precompiled_charsmap']);
      break;
    case 'Strip':
      step.normalize = (text) => strip(text, config['strip_left'] === true, config['strip_right'] === true);
      break;
    case 'Replace': {
      // The library reads `$` in the content as JavaScript's replace does.
      const { pattern } = step;
      const { content } = config;
      if (pattern && content !== undefined) step.normalize = (text) => text.replace(pattern, () => content);
      break;
    }
    default:
  }
}

const { punctuation } = referenceClasses;
const marks = new RegExp(referenceClasses.mark, 'gv');
const nonspacingMarks = new RegExp(referenceClasses.nonspacingMark, 'gv');
/** What BERT's cleaning takes out; tab and line ends are white space to it. */
const removed = new RegExp(`[\\0\\ufffd]|(?![\\t\\n\\r])${referenceClasses.control}`, 'gv');
/** A word's characters, in Rust's regex crate and in Oniguruma. */
const wordCharacters = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`;

/** The library's expressions where they use JavaScript's ASCII `\w` and `\d` and its own `\s`. */
const words = {
  bert: new RegExp(`[^\\p{White_Space}${punctuation}]+|${punctuation}`, 'gv'),
  byteLevel:
    /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu,
  notWhite: /\P{White_Space}+/gu,
  whiteSpace: new RegExp(`[${wordCharacters}]+|[^${wordCharacters}\\p{White_Space}]+`, 'gu'),
  isolatedPunctuation: new RegExp(`[^${punctuation}]+|${punctuation}`, 'gv'),
  digits: /\P{N}+|\p{N}+/gu,
  singleDigits: /\P{N}+|\p{N}/gu,
};

function agreeOnPreTokenizer({ step, config }: Step<PreTokenizer>): void {
  const cutBy = (pattern: RegExp): void => {
    step.pre_tokenize_text = (text) => text.match(pattern) ?? [];
  };
  switch (config.type) {
    case 'BertPreTokenizer':
      cutBy(words.bert);
      break;
    case 'ByteLevel':
      step.pattern = words.byteLevel;
      break;
    case 'Metaspace':
      agreeOnMetaspace(step, config as MetaspaceConfig);
      break;
    case 'WhitespaceSplit':
      cutBy(words.notWhite);
      break;
    case 'Whitespace':
      cutBy(words.whiteSpace);
      break;
    case 'Digits':
      cutBy(config['individual_digits'] === true ? words.singleDigits : words.digits);
      break;
    case 'Punctuation':
      if ((config['behavior'] ?? 'Isolated') === 'Isolated') cutBy(words.isolatedPunctuation);
      break;
    default:
  }
}

/** The library neither cuts at spaces nor knows files from before `prepend_scheme`. */
function agreeOnMetaspace(step: PreTokenizer, config: MetaspaceConfig): void {
  if (config.prepend_scheme === undefined && config.add_prefix_space === false) step.prepend_scheme = 'never';
  if (config.split === false) return;
  const space = config.replacement ?? '\u2581';
  const mark = space.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const word = new RegExp(`${mark}(?:(?!${mark})[^])*|(?:(?!${mark})[^])+`, 'gu');
  const whole = step.pre_tokenize_text.bind(step);
  step.pre_tokenize_text = (text, options) => whole(text, options).flatMap((part) => part.match(word) ?? []);
}

interface MetaspaceConfig {
  readonly replacement?: string;
  readonly prepend_scheme?: string;
  readonly add_prefix_space?: boolean;
  readonly split?: boolean;
}

/** The library fuses unknown tokens over the limits of words, the reference only within one. */
function agreeOnModel(model: VocabularyModel): void {
  if (model.tokenize !== undefined) {
    // The library spreads a word's tokens into a call, which overflows the stack for some hundred thousand.
    const tokenize = model.tokenize.bind(model);
    model.encode = (words) => words.flatMap((word) => tokenize(word));
  }
  const callOnce = model._call.bind(model);
  model._call = (words) => words.flatMap((word) => callOnce([word]));
}

/** BERT's basic tokenisation: cleaning, spaces around CJK, accents off, lower case, as far as asked for. */
function bertNormalizer(config: BertNormalizerConfig): (text: string) => string {
  const stripAccents = config.strip_accents ?? config.lowercase === true;
  return (text) => {
    if (config.clean_text) text = text.replace(removed, '').replace(/\p{White_Space}/gu, ' ');
    if (config.handle_chinese_chars) text = text.replace(chinese, ' $& ');
    if (stripAccents) text = referenceDecomposition(text, 'NFD').replace(nonspacingMarks, '');
    return config.lowercase ? lowerCase(text) : text;
  };
}

interface BertNormalizerConfig {
  readonly clean_text?: boolean;
  readonly handle_chinese_chars?: boolean;
  readonly strip_accents?: boolean | null;
  readonly lowercase?: boolean;
}

/** The CJK ideographs of BERT's `_is_chinese_char`; the library looks at UTF-16 units and misses the later planes. */
const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

/** Lower case code point by code point; of a whole word JavaScript would write a last sigma as ς. */
function lowerCase(text: string): string {
  let lower = '';
  for (const char of text) lower += char.toLowerCase();
  return lower;
}

function strip(text: string, left: boolean, right: boolean): string {
  if (left) text = text.replace(/^\p{White_Space}+/u, '');
  // Not /\p{White_Space}+$/: that is quadratic in inner runs of spaces.
  let end = text.length;
  while (right && end > 0 && /^\p{White_Space}$/u.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
