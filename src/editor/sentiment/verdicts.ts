import type { Engine } from '../../client/engineClient';
import type { Verdict } from '../../core/sentiment/verdict';
import type { Priority, Timing } from '../../protocol/engine';

/** How many verdicts are kept: those of a few long documents. */
const kept = 40_000;

export interface Judging {
  readonly priority: Priority;
  readonly signal: AbortSignal;
  /** Called with the index of a text and its verdict, in any order. */
  readonly onJudged: (index: number, verdict: Verdict) => void;
}

/** Verdicts by model and text, so that a sentence is judged once. */
export class Verdicts {
  /** The least recently used first. */
  private readonly cache = new Map<string, Verdict>();

  constructor(private readonly engine: Engine) {}

  /** What `model` said of a text before. */
  known(model: string, text: string): Verdict | undefined {
    const key = keyOf(model, text);
    const verdict = this.cache.get(key);
    if (verdict && this.cache.delete(key)) this.cache.set(key, verdict);
    return verdict;
  }

  /** Asks the engine for the verdicts on `texts`, each once however often it stands there. */
  async judge(
    model: string,
    texts: readonly string[],
    { priority, signal, onJudged }: Judging,
  ): Promise<Timing> {
    const places = new Map<string, number[]>();
    texts.forEach((text, index) => {
      const same = places.get(text);
      if (same) same.push(index);
      else places.set(text, [index]);
    });
    const unique = [...places.keys()];
    const { timing } = await this.engine.request(
      'classify',
      { model, texts: unique },
      {
        priority,
        signal,
        onPartial: ({ judged }) => {
          for (const { index, verdict } of judged) {
            const text = unique[index]!;
            this.keep(keyOf(model, text), verdict);
            for (const place of places.get(text)!) onJudged(place, verdict);
          }
        },
      },
    );
    return timing;
  }

  private keep(key: string, verdict: Verdict): void {
    this.cache.set(key, verdict);
    if (this.cache.size <= kept) return;
    for (const oldest of this.cache.keys()) {
      this.cache.delete(oldest);
      return;
    }
  }
}

function keyOf(model: string, text: string): string {
  return `${model}\n${text}`;
}
