/**
 * Guessing the next tokens from the text itself: what followed the last place where the text's last few tokens
 * stood before (prompt lookup decoding, Saxena 2023; "LLMA", Yang et al. 2023). Tables and lists repeat themselves.
 */

/** Longest and shortest run of tokens that is looked for. */
const longest = 8;
const shortest = 2;

/**
 * @param ids the text's tokens
 * @param count at most this many tokens are guessed
 * @returns the guess, empty when the text's end stands nowhere else in it
 */
export function guessNext(ids: readonly number[], count: number): number[] {
  const end = ids.length;
  let best = 0;
  let after = end;
  // From the end to the front: of equally long matches the last counts.
  for (let at = end - 1; at >= shortest && best < longest; at--) {
    let same = 0;
    while (same < longest && same < at && ids[at - 1 - same] === ids[end - 1 - same]) same++;
    if (same >= shortest && same > best) {
      best = same;
      after = at;
    }
  }
  if (best === 0) return [];
  // Behind the text's end the guess itself goes on: what repeats itself does so again.
  const guess: number[] = [];
  for (let at = after; guess.length < count; at++) guess.push(at < end ? ids[at]! : guess[at - end]!);
  return guess;
}

/** How many tokens are worth guessing, by how the last guesses went: wrong ones cost time. */
export class GuessLength {
  #length = 4;
  #pause = 0;

  /** @param most at most this many */
  constructor(private readonly most = 16) {}

  /** The number of tokens to guess now; 0 for some steps after several bad guesses. */
  next(): number {
    if (this.#pause > 0) {
      this.#pause--;
      return 0;
    }
    return this.#length;
  }

  /** Takes note of a guess of `guessed` tokens of which the first `right` were right. */
  learn(guessed: number, right: number): void {
    if (right === guessed) this.#length = Math.min(this.most, this.#length * 2);
    else if (right === 0) {
      if (this.#length === 1) this.#pause = 8;
      this.#length = Math.max(1, this.#length >> 1);
    } else this.#length = Math.max(2, right + 1);
  }
}
