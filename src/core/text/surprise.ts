/** How unexpected tokens are to a language model. */

/** From 0, expected, to 3: less probable than one in a hundred, in a thousand, in ten thousand. */
export type SurpriseLevel = 0 | 1 | 2 | 3;

/** @param logprob natural logarithm of the token's probability */
export function surpriseLevel(logprob: number): SurpriseLevel {
  if (logprob >= Math.log(1e-2)) return 0;
  if (logprob >= Math.log(1e-3)) return 1;
  return logprob >= Math.log(1e-4) ? 2 : 3;
}

/** The information in bits that a token brings (Shannon 1948): 1 for one that was as probable as not. */
export function bitsOf(logprob: number): number {
  return -logprob / Math.LN2;
}

/**
 * The perplexity of a text: e to the mean of the negative log probabilities of its tokens, as many equally probable
 * tokens as the model hesitated between on average. With a masked model's log probabilities it is the
 * pseudo-perplexity (Salazar et al. 2020). Undefined without any.
 */
export function perplexity(logprobs: readonly (number | null)[]): number | undefined {
  const known = logprobs.filter((logprob) => logprob !== null);
  if (known.length === 0) return undefined;
  return Math.exp(-known.reduce((sum, logprob) => sum + logprob, 0) / known.length);
}
