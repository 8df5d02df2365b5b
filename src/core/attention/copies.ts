/** Where a text repeats itself: what duplicate-token and induction heads look at (Olsson et al. 2022). */
import type { Token } from '../text/token';

/** For each query, the keys that count. */
export type KeysByQuery = readonly (readonly number[])[];

export interface Copies {
  /** Other tokens like the query's own. */
  readonly duplicates: KeysByQuery;
  /** Tokens that follow one like the query's own: what an induction head predicts from. */
  readonly inductions: KeysByQuery;
}

/**
 * Finds, for each token, its copies and what follows them.
 * @param ids of the tokens; those that are undefined (special tokens) have no copies
 * @param causal whether a query sees only itself and what stands to its left
 */
export function findCopies(ids: readonly (number | undefined)[], causal: boolean): Copies {
  const places = new Map<number, number[]>();
  ids.forEach((id, place) => {
    if (id === undefined) return;
    const known = places.get(id);
    if (known) known.push(place);
    else places.set(id, [place]);
  });
  const duplicates = ids.map((id, query) =>
    id === undefined ? [] : places.get(id)!.filter((key) => (causal ? key < query : key !== query)),
  );
  const inductions = duplicates.map((copies, query) =>
    copies.map((key) => key + 1).filter((key) => key < ids.length && key !== query && ids[key] !== undefined),
  );
  return { duplicates, inductions };
}

/** What `findCopies` compares: the tokens' ids, but for special ones. */
export function idsToCompare(tokens: readonly Token[]): (number | undefined)[] {
  return tokens.map(({ id, special }) => (special ? undefined : id));
}

/** Whether a token is nothing but punctuation (Unicode's category P), perhaps after a space. */
export function isPunctuation({ text, special }: Token): boolean {
  return !special && /^\s*\p{P}+$/u.test(text);
}
