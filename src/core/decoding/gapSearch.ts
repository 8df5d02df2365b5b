/**
 * Finding the likeliest fillings of a gap, of any number of tokens, as a state machine: the model runs outside and
 * hands in log probabilities. A filling is done where what stands behind the gap comes next; its probability is that
 * of its tokens and of what closes it. Since a longer one is never likelier than its beginning, the search ends as
 * soon as nothing that is still open can get among the best.
 */
import type { BeamStep } from './beamSearch';
import { largest } from './largest';
import { logSumExp } from './sampling';

export interface GapSearchOptions {
  /** How many fillings are wanted. */
  readonly top: number;
  /** How many open ones are read side by side. */
  readonly beams: number;
  readonly maxTokens: number;
  /** Ids that close the gap: any of them. */
  readonly closers: readonly number[];
  /** Whether an id can't be of a filling. */
  readonly isBanned: (id: number) => boolean;
}

export interface Filling {
  readonly ids: readonly number[];
  /** Natural logarithm of its probability. */
  readonly logProbability: number;
}

export class GapSearch {
  #open: { ids: number[]; sum: number }[] = [{ ids: [], sum: 0 }];
  #closed: Filling[] = [];
  #done = false;

  constructor(private readonly options: GapSearchOptions) {}

  get done(): boolean {
    return this.#done;
  }

  /** Fillings, the likeliest first. */
  get best(): readonly Filling[] {
    return this.#closed;
  }

  /**
   * Goes on by one token.
   * @param logProbs of each open filling the log probabilities of what comes next; at first of one row
   * @returns which rows to continue with which tokens. It means nothing once `done`.
   */
  step(logProbs: readonly Float32Array[]): BeamStep {
    const { top, beams, maxTokens, closers, isBanned } = this.options;
    this.#open.forEach(({ ids, sum }, row) => {
      // A gap that hides nothing is none.
      if (ids.length === 0) return;
      const closing = logSumExp(Float32Array.from(closers, (id) => logProbs[row]![id]!));
      this.#closed.push({ ids, logProbability: sum + closing });
    });
    this.#closed.sort((a, b) => b.logProbability - a.logProbability);
    this.#closed.length = Math.min(this.#closed.length, top);

    const candidates = this.#open.flatMap(({ ids, sum }, beam) => {
      const row = Float32Array.from(logProbs[beam]!, (value, id) => (isBanned(id) ? -Infinity : value));
      return largest(row, beams).map((token) => ({ beam, token, ids, sum: sum + row[token]! }));
    });
    const chosen = largest(
      candidates.map(({ sum }) => sum),
      beams,
    ).map((index) => candidates[index]!);
    const worst = this.#closed.length === top ? this.#closed.at(-1)!.logProbability : -Infinity;
    const hopeful = chosen.filter(({ sum }) => sum > worst);
    this.#done = hopeful.length === 0 || this.#open[0]!.ids.length >= maxTokens;
    this.#open = hopeful.map(({ ids, token, sum }) => ({ ids: [...ids, token], sum }));
    return { beams: hopeful.map(({ beam }) => beam), tokens: hopeful.map(({ token }) => token) };
  }
}
