/**
 * Choosing answers by what a question-answering head gives: for each token of a text a logit for being the first of
 * the answer, and one for being its last (Devlin et al. 2019).
 */

/** One window of a text, read together with the question. */
export interface AnswerWindow {
  /** Index, among the text's tokens, of the first that the window holds. */
  readonly offset: number;
  /** Logits of the window's tokens. */
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  /** The same two of the token that stands for "no answer" ([CLS], `<s>`). */
  readonly noStart: number;
  readonly noEnd: number;
}

/** Tokens `first` to `last`, both included. */
export interface TokenAnswer {
  readonly first: number;
  readonly last: number;
  readonly score: number;
}

export interface RankedAnswers {
  /** The best first; no two share a word. */
  readonly answers: TokenAnswer[];
  /** Score of "no answer". */
  readonly none: number;
}

/**
 * The best answers of all windows. A score is the probability of the first token times that of the last; both are
 * taken over the tokens of all windows and the "no answer" of the window that favours it least (Rajpurkar et al.
 * 2018), so that the scores of different windows can be compared. With one window they are those of transformers'
 * pipeline.
 * @param windows at least one
 * @param options.longest most tokens of an answer
 * @param options.wholeWords widens a range of tokens to whole words
 */
export function rankAnswers(
  windows: readonly AnswerWindow[],
  options: {
    top: number;
    longest: number;
    wholeWords?: (first: number, last: number) => { first: number; last: number };
  },
): RankedAnswers {
  const { top, longest, wholeWords = (first, last) => ({ first, last }) } = options;
  const least = windows.reduce((a, b) => (b.noStart + b.noEnd < a.noStart + a.noEnd ? b : a));
  const allStarts = logSum(
    windows.map(({ starts }) => starts),
    least.noStart,
  );
  const allEnds = logSum(
    windows.map(({ ends }) => ends),
    least.noEnd,
  );
  const answers: TokenAnswer[] = [];
  while (answers.length < top) {
    const taken = (first: number, last: number): boolean =>
      answers.some((answer) => first <= answer.last && last >= answer.first);
    let best: { first: number; last: number; logit: number } | undefined;
    for (const { offset, starts, ends } of windows)
      for (let start = 0; start < starts.length; start++)
        for (let end = start; end < Math.min(ends.length, start + longest); end++) {
          const logit = starts[start]! + ends[end]!;
          if (best && logit <= best.logit) continue;
          const whole = wholeWords(offset + start, offset + end);
          if (!taken(whole.first, whole.last)) best = { ...whole, logit };
        }
    if (!best) break;
    answers.push({ first: best.first, last: best.last, score: Math.exp(best.logit - allStarts - allEnds) });
  }
  return { answers, none: Math.exp(least.noStart - allStarts + least.noEnd - allEnds) };
}

/** Logarithm of the sum of e^logit over all of `rows` and `one`. */
function logSum(rows: readonly ArrayLike<number>[], one: number): number {
  let max = one;
  for (const row of rows) for (let i = 0; i < row.length; i++) max = Math.max(max, row[i]!);
  let sum = Math.exp(one - max);
  for (const row of rows) for (let i = 0; i < row.length; i++) sum += Math.exp(row[i]! - max);
  return max + Math.log(sum);
}
