import { cleanUp } from '../../core/completion/cleanUp';
import { Debounce } from '../../core/completion/debounce';
import type { Extent } from '../../core/completion/extent';
import { SuggestionCache, restOf, type Suggestion } from '../../core/completion/suggestionCache';
import { typedSince, type TextAround } from '../../core/completion/typed';
import { alignByText } from '../../core/text/alignment';
import type { CompleteParams, CompletePartial, CompleteResult } from '../../protocol/engine';

/** A completion by the engine, without its model. */
export type Complete = (
  params: Omit<CompleteParams, 'model'>,
  options: { signal: AbortSignal; onPartial: (value: CompletePartial) => void },
) => Promise<CompleteResult>;

/**
 * Of the first word of what comes by itself. Of the embedded model's first words that were less probable, one in fifty
 * was what stood in 404 places of texts that it hadn't read, and of the others one in five.
 */
const leastProbability = 0.05;

/** What is asked for while typing and what on demand. */
const kinds: Record<Extent, Omit<CompleteParams, 'model' | 'text' | 'extent'>> = {
  sentence: { count: 1, maxNewTokens: 30, budgetMs: 1000, leastProbability },
  paragraph: { count: 3, maxNewTokens: 60, budgetMs: 2000 },
};

/**
 * An answer that is still growing is shown once it has grown for as long again as its first piece took, within these
 * milliseconds; it grows on for the next keys.
 */
const growing = { least: 25, most: 150 };

/** A request that nobody waits for is ended, unless the next key takes it over within so many milliseconds. */
const patience = 400;

/** So much may be typed while a request that has given nothing yet is under way. */
const mostTyped = 40;

/** A request under way, and what it has come to. */
interface Flight {
  readonly place: TextAround;
  readonly extent: Extent;
  readonly controller: AbortController;
  readonly started: number;
  /** When the first piece came. */
  begun: number | undefined;
  suggestion: Suggestion | undefined;
  ended: boolean;
  error: Error | undefined;
  readonly waiting: Set<() => void>;
  abandoned: NodeJS.Timeout | undefined;
}

/**
 * Suggestions for a place in a text: from those that are known where the text goes their way, else from the engine.
 * One request is under way at a time; it is kept while the text goes its way, and ended where it doesn't.
 */
export class Suggester {
  readonly #cache = new SuggestionCache();
  readonly #debounce = new Debounce();
  #flight: Flight | undefined;
  /** The latest call; those before it have nothing to ask any more. */
  #latest = 0;

  constructor(
    private readonly complete: Complete,
    private readonly onAnswer: (result: CompleteResult, ms: number) => void = () => undefined,
  ) {}

  /**
   * @param extent `paragraph` for several suggestions, asked for by the user; else one, to the end of the sentence
   * @param signal aborted when the answer isn't wanted any more; the promise then resolves to none, at once
   * @throws what the engine throws, but for a cancellation
   */
  async suggest(place: TextAround, extent: Extent, signal: AbortSignal): Promise<Suggestion[]> {
    const call = ++this.#latest;
    const known = this.#cache.find(place, extent);
    const current = this.#flight;
    const isSame = current !== undefined && this.#goesItsWay(current, place, extent);
    if (!isSame) current?.controller.abort();
    // What is known of a request under way is only the beginning of what it will have come to.
    if (known && !isSame) return given(known, extent);
    if (!isSame) {
      const { wait } = this.#debounce;
      if (extent === 'sentence' && wait > 0) await pause(wait, signal);
      if (signal.aborted || call !== this.#latest) return [];
      this.#flight = this.#ask(place, extent);
    }
    const flight = this.#flight!;
    const answer = await this.#answer(flight, place, signal);
    if (answer !== 'another way') return given(answer, extent);
    return call === this.#latest ? this.suggest(place, extent, signal) : [];
  }

  /** Forgets what was suggested, as by another model. */
  reset(): void {
    this.#flight?.controller.abort();
    this.#flight = undefined;
    this.#cache.clear();
  }

  #ask(place: TextAround, extent: Extent): Flight {
    const started = performance.now();
    const shown = extent === 'paragraph' ? this.#cache.find(place, 'sentence', true)?.[0] : undefined;
    const controller = new AbortController();
    const flight: Flight = {
      place,
      extent,
      controller,
      started,
      begun: undefined,
      suggestion: undefined,
      ended: false,
      error: undefined,
      waiting: new Set(),
      abandoned: undefined,
    };
    const tell = (): void => {
      for (const wake of flight.waiting) wake();
    };
    const clean = ({ text, tokens }: CompletePartial, finished: boolean): Suggestion =>
      asSuggestion(cleanUp(text, { ...place, extent, finished }), text, tokens);
    void this.complete(
      { ...kinds[extent], text: place.before, extent },
      {
        signal: controller.signal,
        onPartial: (partial) => {
          flight.begun ??= performance.now();
          flight.suggestion = clean(partial, false);
          tell();
        },
      },
    )
      .then((result) => {
        const ms = performance.now() - started;
        // By the engine's own clock: that it was started or had to open the model says nothing about the next answer.
        const { prefillMs, decodeMs } = result.timing;
        this.#debounce.learn(prefillMs + Math.min(decodeMs, growing.least));
        this.onAnswer(result, ms);
        const suggestions = result.completions
          .map((completion) => clean(completion, completion.finish !== 'length'))
          .filter(({ text }, at, all) => text !== '' && all.findIndex((other) => other.text === text) === at);
        this.#cache.set(place, extent, withShownFirst(suggestions, shown));
      })
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        flight.error = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        flight.ended = true;
        clearTimeout(flight.abandoned);
        if (this.#flight === flight) this.#flight = undefined;
        tell();
      });
    return flight;
  }

  /** What a request has for a place, as soon as there is enough to show. */
  async #answer(
    flight: Flight,
    place: TextAround,
    signal: AbortSignal,
  ): Promise<Suggestion[] | 'another way'> {
    clearTimeout(flight.abandoned);
    let wake = (): void => undefined;
    const listener = (): void => wake();
    const timers: NodeJS.Timeout[] = [];
    flight.waiting.add(listener);
    signal.addEventListener('abort', listener);
    try {
      for (;;) {
        if (flight.error !== undefined) throw flight.error;
        if (signal.aborted) return [];
        if (flight.ended) {
          if (flight.controller.signal.aborted) return [];
          const known = this.#cache.find(place, flight.extent);
          // A request whose end the text has reached has nothing more to say.
          return known ?? 'another way';
        }
        if (!this.#goesItsWay(flight, place, flight.extent)) {
          flight.controller.abort();
          return 'another way';
        }
        if (flight.begun !== undefined) {
          const left = showableAt(flight) - performance.now();
          if (left > 0) timers.push(setTimeout(listener, left));
          else {
            const typed = typedSince(flight.place, place, mostTyped) ?? '';
            const rest = flight.suggestion && restOf(flight.suggestion, typed);
            if (rest && rest.text.trim() !== '') {
              // Where the request is broken off, this is no more than a beginning.
              this.#cache.set(flight.place, flight.extent, [flight.suggestion!], false);
              return [rest];
            }
          }
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', listener);
      flight.waiting.delete(listener);
      if (signal.aborted && flight.waiting.size === 0 && !flight.ended)
        flight.abandoned = setTimeout(() => flight.controller.abort(), patience);
    }
  }

  /** Whether a request's answer will do for a place: so far nothing was typed that it doesn't say. */
  #goesItsWay(flight: Flight, place: TextAround, extent: Extent): boolean {
    if (flight.controller.signal.aborted || flight.extent !== extent) return false;
    const typed = typedSince(flight.place, place, mostTyped);
    if (typed === undefined) return false;
    const text = flight.suggestion?.text ?? '';
    return text === '' || text.startsWith(typed) || typed.startsWith(text);
  }
}

/** When what a request has so far may be shown. */
function showableAt({ begun, started }: Flight): number {
  if (begun === undefined) return Infinity;
  return begun + Math.min(growing.most, Math.max(growing.least, begun - started));
}

/** What is on the screen stays the first to be shown; the others are the ways to go on instead. */
function withShownFirst(suggestions: Suggestion[], shown: Suggestion | undefined): Suggestion[] {
  const isThere = !shown || suggestions.some(({ text }) => text.startsWith(shown.text));
  return isThere ? suggestions : [shown, ...suggestions];
}

/** The suggestions that are given: while typing the first alone. */
function given(suggestions: Suggestion[], extent: Extent): Suggestion[] {
  return extent === 'sentence' ? suggestions.slice(0, 1) : suggestions;
}

/** A completion as it is suggested, with the tokens that are left of it. */
function asSuggestion(text: string, completion: string, tokens: CompletePartial['tokens']): Suggestion {
  const spans = alignByText(
    text,
    tokens.map(({ start, end }) => completion.slice(start, end)),
  );
  return {
    text,
    tokens: tokens.flatMap(({ text: token, logprob }, at) => {
      const { start, end } = spans[at]!;
      return start < end ? [{ text: token, start, end, probability: Math.exp(logprob) }] : [];
    }),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
