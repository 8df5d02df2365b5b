/** Which tokens are shown together, and which not at all. */
import { forEachSegment } from '../text/segments';
import type { Token } from '../text/token';

/** What is done to a matrix before it is shown. Without any of these it is as the model computed it. */
export interface Shaping {
  /** The first token, on which heads rest that have nothing to look for (Xiao et al. 2023), is taken out. */
  readonly removeSink?: boolean;
  /** The tokens that the tokenizer added ([CLS], [SEP], ...) are taken out. */
  readonly removeSpecial?: boolean;
  /** The tokens of a word are shown as one. */
  readonly words?: boolean;
}

/** Indices of the tokens that make each row or column that is shown; a token that is taken out is in none. */
export type Groups = readonly (readonly number[])[];

/**
 * The groups that `shaping` makes of a text's tokens. Words are what Unicode says (UAX #29); tokens that share a
 * character, as the bytes of an emoji do, also stay together then.
 */
export function groupTokens(tokens: readonly Token[], text: string, shaping: Shaping): Groups {
  const { removeSink = false, removeSpecial = false, words = false } = shaping;
  const kept = tokens.flatMap((token, index) =>
    (removeSink && index === 0) || (removeSpecial && token.special) ? [] : [index],
  );
  if (!words) return kept.map((index) => [index]);

  const wordOf = wordFinder(text);
  const groups: number[][] = [];
  for (const index of kept) {
    const group = groups.at(-1);
    const before = group && tokens[group.at(-1)!]!;
    if (group && before && belongTogether(before, tokens[index]!, wordOf)) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

function belongTogether(before: Token, token: Token, wordOf: (token: Token) => number): boolean {
  if (before.special || token.special) return false;
  const sharesCharacter = token.start < before.end && token.end > before.start;
  return sharesCharacter || wordOf(before) === wordOf(token);
}

/** Gives the number of the word in which a token begins. */
function wordFinder(text: string): (token: Token) => number {
  const ends: number[] = [];
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  forEachSegment(segmenter, text, 0, text.length, (_, end) => ends.push(end));
  return ({ start, end }) => {
    // A token may take the space before its word along.
    const white = /^\s*/.exec(text.slice(start, end))![0].length;
    const at = white < end - start ? start + white : start;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
