/**
 * Finding the text that tokens came from. A tokenizer cuts a text into words and each word into tokens without
 * saying where they stood; as both come in order, they can be followed through the text.
 */
import { alignText, originalSpan, rewriteAligned, type AlignedText } from './alignedText';
import { bytesOfToken, utf8Length } from './byteLevel';
import type { Span } from './span';

/** How the words a model is given differ from the text they stand for. */
export interface WordForm {
  /** Words are written in the byte-level alphabet, one character a byte. */
  readonly byteLevel: boolean;
  /** The character that stands for a space and is put before a word without one (SentencePiece's ▁). */
  readonly space?: string;
  /** White space is dropped between words, so a leading `space` was always put there. */
  readonly dropsSpaces: boolean;
}

/**
 * Where each word stands in `source`, as the word with a span for each of its characters.
 * @returns undefined when a word can't be found after the one before it
 */
export function alignWords(
  source: AlignedText,
  words: readonly string[],
  form: WordForm,
): AlignedText[] | undefined {
  const text = form.space === undefined ? source.text : source.text.replaceAll(form.space, ' ');
  const aligned: AlignedText[] = [];
  let position = 0;
  for (const word of words) {
    const plain = plainWord(word, form);
    if (plain === undefined) return undefined;
    if (form.dropsSpaces) while (isWhiteSpace(source.text, position)) position++;
    const found = findWord(text, plain, position);
    if (found === undefined) return undefined;
    position = found.end;
    aligned.push(writeWord(word, source, found, plain.length, form));
  }
  return aligned;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The word as it would read in the text. */
function plainWord(word: string, form: WordForm): string | undefined {
  if (form.byteLevel) {
    const bytes = bytesOfToken(word);
    return bytes && utf8.decode(bytes);
  }
  return form.space === undefined ? word : word.replaceAll(form.space, ' ');
}

/** The part of `text` from `position` on that reads `word`, with or without the space that `word` begins with. */
function findWord(text: string, word: string, position: number): Span | undefined {
  if (text.startsWith(word, position)) return { start: position, end: position + word.length };
  const bare = word.startsWith(' ') ? word.slice(1) : word;
  if (text.startsWith(bare, position)) return { start: position, end: position + bare.length };
  const start = text.indexOf(word, position);
  return start < 0 ? undefined : { start, end: start + word.length };
}

/** `word` as the model is given it, over the part `found` of the text; `length` counts the space put before it. */
function writeWord(
  word: string,
  source: AlignedText,
  found: Span,
  length: number,
  form: WordForm,
): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  const add = ({ start, end }: Span, times: number): void => {
    for (; times > 0; times--) {
      starts.push(start);
      ends.push(end);
    }
  };
  const inserted = length - (found.end - found.start);
  if (inserted > 0) add(originalSpan(source, found.start, Math.min(found.start + 1, found.end)), inserted);
  for (let index = found.start; index < found.end;) {
    const codePoint = source.text.codePointAt(index) ?? 0;
    const units = codePoint > 0xffff ? 2 : 1;
    add(originalSpan(source, index, index + units), form.byteLevel ? utf8Length(codePoint) : units);
    index += units;
  }
  return { text: word, starts, ends };
}

/** How the tokens of a word are written. */
export interface TokenForm {
  /** Marks a token that continues a word (WordPiece's `##`). */
  readonly continuingPrefix?: string;
  /** Marks the last token of a word (`</w>`). */
  readonly endOfWordSuffix?: string;
  /** Stands for what the vocabulary doesn't have. */
  readonly unknown?: string;
  /** The vocabulary falls back to bytes, written `<0xE2>`. */
  readonly byteFallback?: boolean;
}

/**
 * The span of each token of one word. Tokens spell the word out from left to right; one that doesn't (`[UNK]`)
 * stands for everything up to where the next one fits.
 */
export function alignTokens(word: AlignedText, tokens: readonly string[], form: TokenForm): Span[] {
  const { text } = word;
  const spans: Span[] = [];
  let position = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    const bytes = form.byteFallback ? byteRun(tokens, index) : undefined;
    if (bytes !== undefined) {
      // The bytes of a run are whole characters; each has the span of the character it belongs to.
      const last = index + bytes.count;
      for (const char of bytes.text) {
        const span = originalSpan(word, position, position + char.length);
        for (let byte = utf8Length(char.codePointAt(0) ?? 0); byte > 0 && index < last; byte--, index++)
          spans.push(span);
        position += char.length;
      }
      index--;
      continue;
    }
    const spelled = spelling(token, index === 0, index === tokens.length - 1, form);
    const end = text.startsWith(spelled, position)
      ? position + spelled.length
      : nextFit(text, tokens, index + 1, position, form);
    spans.push(originalSpan(word, position, end));
    position = end;
  }
  return spans;
}

/** The characters of the word that a token is. */
function spelling(token: string, first: boolean, last: boolean, form: TokenForm): string {
  const { continuingPrefix, endOfWordSuffix } = form;
  if (!first && continuingPrefix && token.startsWith(continuingPrefix))
    token = token.slice(continuingPrefix.length);
  if (last && endOfWordSuffix && token.endsWith(endOfWordSuffix))
    token = token.slice(0, -endOfWordSuffix.length);
  return token;
}

/** Where a token that doesn't spell out its text must end: before the next token that does. */
function nextFit(
  text: string,
  tokens: readonly string[],
  next: number,
  position: number,
  form: TokenForm,
): number {
  const rest = Array.from(text.slice(position, position + 2))[0]?.length ?? 0;
  if (next >= tokens.length) return text.length;
  const token = tokens[next] ?? '';
  if (token === form.unknown) return position + rest;
  const at = text.indexOf(spelling(token, false, next === tokens.length - 1, form), position + rest);
  return at < 0 ? text.length : at;
}

const byteToken = /^<0x([0-9A-F]{2})>$/;

/** The byte tokens from `index` on and the text they are; undefined where there is none or they aren't UTF-8. */
function byteRun(tokens: readonly string[], index: number): { count: number; text: string } | undefined {
  const bytes: number[] = [];
  for (; ; index++) {
    const digits = byteToken.exec(tokens[index] ?? '')?.[1];
    if (digits === undefined) break;
    bytes.push(parseInt(digits, 16));
  }
  return bytes.length === 0 ? undefined : { count: bytes.length, text: utf8.decode(Uint8Array.from(bytes)) };
}

/** How far beyond the last token found the next one is looked for, in folded code units. */
const reach = 200;

/**
 * Spans for tokens of which no more is known than their texts: each is looked for a little way after the one
 * before it, not minding case, accents and compatibility forms; tokens not found share the gap they stand in.
 * Spans ascend and lie within the text whatever the tokens are.
 */
export function alignByText(text: string, tokens: readonly string[]): Span[] {
  const folded = rewriteAligned(alignText(text), fold);
  const found: (Span | undefined)[] = [];
  let position = 0;
  for (const token of tokens) {
    const wanted = fold(token).trim();
    const window = folded.text.slice(position, position + reach + wanted.length);
    const at = wanted === '' ? -1 : window.indexOf(wanted);
    if (at < 0) found.push(undefined);
    else {
      found.push(originalSpan(folded, position + at, position + at + wanted.length));
      position += at + wanted.length;
    }
  }
  return fillGaps(found, text.length);
}

/** Gives every missing span the gap between its neighbours. */
function fillGaps(found: readonly (Span | undefined)[], length: number): Span[] {
  const ends = new Array<number>(found.length);
  let next = length;
  for (let index = found.length - 1; index >= 0; index--) {
    ends[index] = next;
    next = found[index]?.start ?? next;
  }
  let start = 0;
  return found.map((span, index) => {
    const filled = span ?? { start, end: ends[index] ?? length };
    start = span?.end ?? start;
    return filled;
  });
}

function fold(part: string): string {
  return Array.from(part.normalize('NFKD').replace(/\p{M}/gu, ''), (char) => char.toLowerCase()).join('');
}

/** Whether a character of Unicode's White_Space stands there (`\s` has U+FEFF besides and lacks U+0085). */
function isWhiteSpace(text: string, index: number): boolean {
  return whiteSpace.test(text.charAt(index));
}

const whiteSpace = /^\p{White_Space}$/u;
