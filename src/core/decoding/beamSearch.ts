/**
 * Beam search as a state machine: the model runs outside and hands in log probabilities. It follows
 * `_beam_search` of Hugging Face transformers (4.57 and 5.x, a batch of one), float32 roundings included, so that
 * the same logits give the same text.
 */
import type { EarlyStopping } from './options';
import type { Random } from './sampling';
import { largest } from './largest';

export interface BeamSearchOptions {
  numBeams: number;
  /** A beam's score is its log probability divided by its length to this power. */
  lengthPenalty: number;
  earlyStopping: EarlyStopping;
  /** Ids that finish a beam; may be empty. */
  eosTokenIds: readonly number[];
  maxNewTokens: number;
  /** Draws the continuations (without replacement) instead of taking the most probable. */
  random?: Random;
  /** Whether a beam's new tokens end in a stop string; it is finished then. */
  isStopped?: (tokens: readonly number[]) => boolean;
}

export interface Hypothesis {
  /** The new tokens, an end token included. */
  tokens: number[];
  /** Sum of the log probabilities divided by length^lengthPenalty. */
  score: number;
}

/** What to run next: row i of the next run is row `beams[i]` of this one, continued by `tokens[i]`. */
export interface BeamStep {
  beams: number[];
  tokens: number[];
}

interface Candidate {
  beam: number;
  token: number;
  /** Sum of the log probabilities. */
  sum: number;
  tokens: number[];
  finished: boolean;
}

/** Stands for "out of the race": log probabilities of real beams don't get there. As in transformers. */
const OUT = -1e9;

/** Float32 addition and division, as PyTorch's. */
const add = (a: number, b: number) => Math.fround(a + b);
const divide = (a: number, b: number) => Math.fround(a / Math.fround(b));

export class BeamSearch {
  private running: { tokens: number[]; sum: number }[];
  private finished: Hypothesis[] = [];
  /** New tokens of each running beam. */
  private length = 0;
  private ended = false;

  constructor(private readonly options: BeamSearchOptions) {
    // All beams start with the same text: only the first counts until they differ.
    this.running = Array.from({ length: options.numBeams }, (_, beam) => ({
      tokens: [],
      sum: beam === 0 ? 0 : OUT,
    }));
  }

  /** True when no further step is needed (or allowed). */
  get done(): boolean {
    return this.ended;
  }

  /** The new tokens of each running beam: row i of the next run. */
  get sequences(): readonly (readonly number[])[] {
    return this.running.map(({ tokens }) => tokens);
  }

  /**
   * Goes on by one token.
   *
   * @param logProbs of each running beam the log probabilities of its next token, after the processors. The first
   *   step may give one row, that of the prompt, for all beams; its `beams` are then all 0.
   * @returns which rows to continue with which tokens. It means nothing once `done`.
   */
  step(logProbs: readonly Float32Array[]): BeamStep {
    const { numBeams } = this.options;
    if (this.ended) throw new Error('This beam search has ended.');
    const shared = logProbs.length === 1 && this.length === 0;
    if (!shared && logProbs.length !== numBeams)
      throw new Error(`Got the log probabilities of ${logProbs.length} beams instead of ${numBeams}.`);

    const candidates = this.candidates(shared ? this.running.map(() => logProbs[0]!) : logProbs);
    // Only the best numBeams may finish; the others are there so that enough unfinished ones remain.
    const justFinished = candidates.slice(0, numBeams).filter(({ finished }) => finished);
    const continuing = candidates.map(({ sum, finished }) => (finished ? add(sum, OUT) : sum));
    const chosen = largest(continuing, numBeams);

    this.length++;
    this.running = chosen.map((i) => ({ tokens: candidates[i]!.tokens, sum: continuing[i]! }));
    const scale = this.length ** this.options.lengthPenalty;
    this.finished.push(...justFinished.map(({ tokens, sum }) => ({ tokens, score: divide(sum, scale) })));
    // Array.sort is stable: of equal scores the older stays in front.
    this.finished.sort((a, b) => b.score - a.score);
    this.finished.length = Math.min(this.finished.length, numBeams);
    this.ended = candidates.every(({ finished }) => finished) || !this.canImprove();

    return {
      beams: chosen.map((i) => (shared ? 0 : candidates[i]!.beam)),
      tokens: chosen.map((i) => candidates[i]!.token),
    };
  }

  /** The best finished text; before there is one, the best of the running. */
  best(): Hypothesis {
    return this.nBest()[0]!;
  }

  /** The finished texts, best first, at most `numBeams`; before there is one, the best of the running. */
  nBest(): Hypothesis[] {
    if (this.finished.length > 0) return [...this.finished];
    const { tokens, sum } = this.running[0]!;
    const scale = this.length ** this.options.lengthPenalty;
    return [{ tokens, score: this.length === 0 ? 0 : divide(sum, scale) }];
  }

  /** The continuations to choose from: numBeams for every end token and numBeams more, best or drawn first. */
  private candidates(logProbs: readonly Float32Array[]): Candidate[] {
    const { numBeams, eosTokenIds, maxNewTokens, random, isStopped } = this.options;
    const vocabulary = logProbs[0]!.length;
    const sums = new Float32Array(numBeams * vocabulary);
    for (let beam = 0; beam < numBeams; beam++) {
      const { sum } = this.running[beam]!;
      const row = logProbs[beam]!;
      for (let id = 0, at = beam * vocabulary; id < vocabulary; id++, at++) sums[at] = sum + row[id]!;
    }
    const count = Math.max(2, 1 + eosTokenIds.length) * numBeams;
    const keys = random ? perturb(sums, random) : sums;
    return largest(keys, count).map((at) => {
      const beam = Math.floor(at / vocabulary);
      const token = at % vocabulary;
      const tokens = [...this.running[beam]!.tokens, token];
      const finished =
        tokens.length >= maxNewTokens || eosTokenIds.includes(token) || isStopped?.(tokens) === true;
      return { beam, token, sum: sums[at]!, tokens, finished };
    });
  }

  /** Whether a running beam can still become better than the finished ones, by transformers' heuristics. */
  private canImprove(): boolean {
    const { numBeams, earlyStopping, lengthPenalty, maxNewTokens } = this.options;
    const full = this.finished.length === numBeams;
    if (full && earlyStopping === true) return false;
    const length = earlyStopping === 'never' && lengthPenalty > 0 ? maxNewTokens : this.length;
    const bestPossible = divide(this.running[0]!.sum, length ** lengthPenalty);
    return bestPossible > (full ? this.finished[numBeams - 1]!.score : OUT);
  }
}

/**
 * Adds standard Gumbel noise: the largest k of the sums are then k draws without replacement from their softmax
 * (Kool et al. 2019). Torch's `multinomial` does the same with exponential noise.
 */
function perturb(sums: Float32Array, random: Random): Float64Array {
  return Float64Array.from(sums, (sum) => sum - Math.log(-Math.log(random() || Number.MIN_VALUE)));
}
