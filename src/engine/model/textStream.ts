import { bytesOfToken } from '../../core/text/byteLevel';

/** Text of tokens that come one after the other. */
export interface TextStream {
  /** The text that `id` completes: whole characters only, so it may be empty, or more than this token's own. */
  push(id: number): string;
  /** What is left: bytes that never became a character, as U+FFFD. */
  end(): string;
}

/** What a stream has to know of a vocabulary. */
export interface StreamVocabulary {
  /** A token as the vocabulary writes it; undefined for an id it doesn't have. */
  tokenOf(id: number): string | undefined;
  /** The text of an added token, which isn't in the byte-level alphabet. */
  addedText(id: number): string | undefined;
  isSpecial(id: number): boolean;
  decode(ids: readonly number[]): string;
}

/**
 * A stream over byte-level tokens: their bytes, joined, are the text.
 * @param previousIds what stands to the left; only an unfinished character at its end matters
 */
export function byteLevelStream(
  vocabulary: StreamVocabulary,
  previousIds: readonly number[] = [],
): TextStream {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const push = (id: number): string => {
    if (vocabulary.isSpecial(id)) return '';
    const added = vocabulary.addedText(id);
    if (added !== undefined) return decoder.decode() + added;
    const bytes = bytesOfToken(vocabulary.tokenOf(id) ?? '');
    return bytes === undefined ? '' : decoder.decode(bytes, { stream: true });
  };
  // A character is at most four bytes, so at most three tokens can hold the beginning of one.
  for (const id of previousIds.slice(-3)) push(id);
  return { push, end: () => decoder.decode() };
}

/** How many tokens may wait for the rest of a character before they are shown as they are. */
const patience = 8;
/** How many tokens to the left a token's text may depend on. */
const reach = 8;

/**
 * A stream for any other vocabulary: the text of a token is what it adds to the text of those before it, such as
 * the space before a word.
 */
export function differenceStream(
  vocabulary: StreamVocabulary,
  previousIds: readonly number[] = [],
): TextStream {
  let left = previousIds.slice(-reach);
  let waiting: number[] = [];
  const flush = (): string => {
    const before = vocabulary.decode(left);
    const after = vocabulary.decode([...left, ...waiting]);
    left = [...left, ...waiting].slice(-reach);
    waiting = [];
    return after.slice(commonLength(before, after));
  };
  return {
    push(id) {
      if (vocabulary.isSpecial(id)) return '';
      waiting.push(id);
      const unfinished = vocabulary.decode([...left, ...waiting]).endsWith('\ufffd');
      return unfinished && waiting.length < patience ? '' : flush();
    },
    end: () => (waiting.length > 0 ? flush() : ''),
  };
}

/** The length of `before`, or less where `after` doesn't begin with it. */
function commonLength(before: string, after: string): number {
  let length = 0;
  while (length < before.length && before[length] === after[length]) length++;
  return length;
}
