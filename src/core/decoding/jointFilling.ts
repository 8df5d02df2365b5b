/**
 * Several hidden tokens filled together by a masked model. The model only gives each of them for itself, the others
 * still hidden (Devlin et al. 2019); what fits together is found by filling one after the other, each read by the
 * model before the next, in whichever order is most probable (as in Mask-Predict, Ghazvininejad et al. 2019, with a
 * beam over the orders instead of one pass).
 */
import { largest } from './largest';

/** A hidden token and what it may be filled with. */
export interface SlotChoice {
  readonly slot: number;
  readonly token: number;
  /** Natural logarithm of the token's probability there, given what is filled already. */
  readonly logprob: number;
}

/** Some or all slots of a text filled. */
export interface PartialFilling {
  /** A token for each slot; null while it is hidden. */
  readonly tokens: readonly (number | null)[];
  /** The log probability of each token when it was filled; null while it is hidden. */
  readonly logprobs: readonly (number | null)[];
  /** Their sum: the natural logarithm of the joint probability in the order in which the slots were filled. */
  readonly logprob: number;
}

/** No slot of `slots` filled. */
export function emptyFilling(slots: number): PartialFilling {
  const hidden = Array.from({ length: slots }, () => null);
  return { tokens: hidden, logprobs: hidden, logprob: 0 };
}

/**
 * One step of the search: every filling with one more slot filled in every way that is offered, of which the `width`
 * most probable are kept, best first. The same tokens reached in different orders are one filling, with the order
 * in which they are most probable.
 * @param choices for each filling what its hidden slots may be filled with
 */
export function extendFillings(
  fillings: readonly PartialFilling[],
  choices: readonly (readonly SlotChoice[])[],
  width: number,
): PartialFilling[] {
  const found = new Map<string, PartialFilling>();
  fillings.forEach((filling, index) => {
    for (const { slot, token, logprob } of choices[index] ?? []) {
      const tokens = filling.tokens.with(slot, token);
      const key = tokens.join();
      const sum = filling.logprob + logprob;
      if ((found.get(key)?.logprob ?? -Infinity) >= sum) continue;
      found.set(key, { tokens, logprobs: filling.logprobs.with(slot, logprob), logprob: sum });
    }
  });
  const all = [...found.values()];
  return largest(
    all.map(({ logprob }) => logprob),
    width,
  ).map((index) => all[index]!);
}

/**
 * The `count` best ways to choose a number of tokens for each mask, by the sum of their scores, best first; those
 * worse than the best by more than `within` are left out.
 * @param scores [masks][tokens - 1]: how well the mask goes with 1, 2, ... tokens; higher is better
 */
export function bestLengths(
  scores: readonly (readonly number[])[],
  count: number,
  within = Infinity,
): number[][] {
  let best: { lengths: number[]; score: number }[] = [{ lengths: [], score: 0 }];
  for (const ofMask of scores) {
    const longer = best.flatMap(({ lengths, score }) =>
      ofMask.map((own, index) => ({ lengths: [...lengths, index + 1], score: score + own })),
    );
    // Sums: what isn't among the best now won't be with more masks.
    best = longer.sort((a, b) => b.score - a.score).slice(0, count);
  }
  return best.filter(({ score }) => score >= best[0]!.score - within).map(({ lengths }) => lengths);
}
