/** Tells whether a completion begins with no more than a guess. */

import { wordCharacter } from '../text/wordCharacter';

/** In a script without spaces every token may be a word. */
const wordGoesOn = new RegExp(`^${wordCharacter}`, 'u');

export class FirstWord {
  readonly #least: number;
  #logprob = 0;
  #isWhole = false;

  /** @param leastProbability of the word, in (0, 1] */
  constructor(leastProbability: number) {
    this.#least = Math.log(leastProbability);
  }

  /** Whether it is written and probable enough. */
  get isSure(): boolean {
    return this.#isWhole;
  }

  /**
   * @param start where the piece stands in the completion
   * @param piece text of the next token; what is no letter or digit, or of a script without spaces, begins another word
   * @param logprob natural logarithm of the token's probability
   * @returns whether the word may still be probable enough
   */
  add(start: number, piece: string, logprob: number): boolean {
    if (start > 0 && piece !== '' && !wordGoesOn.test(piece)) this.#isWhole = true;
    if (!this.#isWhole) this.#logprob += logprob;
    return this.#logprob >= this.#least;
  }
}
