import type { Sight } from '../families';

/** What a model gave at the place, as far as it tells why models differ. */
export interface Guess {
  readonly model: string;
  readonly sees: Sight;
  /** Its most probable text. */
  readonly best: string | undefined;
}

/** One reason why the models' guesses differ or agree, for the view to put into words. */
export type Reason =
  /** These see only what stands to the left. */
  | { readonly kind: 'left'; readonly guesses: readonly Guess[] }
  /** These see both sides and fit one token to them. */
  | { readonly kind: 'both'; readonly guesses: readonly Guess[] }
  /** These read both sides and write one or several words. */
  | { readonly kind: 'writes'; readonly guesses: readonly Guess[] }
  /** Nothing stands to the right of the place, so all see the same. */
  | { readonly kind: 'nothing-right' }
  /** All see the same sides. */
  | { readonly kind: 'same-sight' }
  /** All have the same text first. */
  | { readonly kind: 'agree'; readonly best: string };

/**
 * Why the guesses are what they are, in the order in which it is told; none for fewer than two models.
 * @param right the text to the right of the place
 */
export function reasonsFor(guesses: readonly Guess[], right: string): Reason[] {
  if (guesses.length < 2) return [];
  const groups = (['left', 'both', 'reads-both-writes-left'] as const)
    .map((sees) => ({ sees, guesses: guesses.filter((guess) => guess.sees === sees) }))
    .filter(({ guesses }) => guesses.length > 0);
  const kinds = { left: 'left', both: 'both', 'reads-both-writes-left': 'writes' } as const;
  const reasons: Reason[] = groups.map(({ sees, guesses }) => ({ kind: kinds[sees], guesses }));
  if (groups.length === 1) reasons.push({ kind: 'same-sight' });
  else if (right.trim() === '') reasons.push({ kind: 'nothing-right' });
  const [first, ...others] = guesses.map(({ best }) => best?.trim().toLowerCase());
  if (first && others.every((best) => best === first))
    reasons.push({ kind: 'agree', best: guesses[0]!.best!.trim() });
  return reasons;
}
