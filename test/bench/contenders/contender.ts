/** What all contenders that write text can do. */

/** Tokens written, and when they came. */
export interface Written {
  readonly ids: readonly number[];
  /** Milliseconds from the request to its first token. */
  readonly firstMs: number;
  /** Milliseconds from the first token to the last one. */
  readonly restMs: number;
}

export interface Prompt {
  readonly text: string;
  readonly ids: readonly number[];
}

export interface Writer {
  readonly name: string;
  /** Greedy decoding. */
  write(prompt: Prompt, newTokens: number): Promise<Written>;
  /** Process id while it runs. */
  readonly pid: number;
  end(): Promise<void>;
}

export interface Filler {
  readonly name: string;
  /** Fills the one mask of a text: milliseconds from the request to the candidates, and their ids, best first. */
  fill(text: string): Promise<{ ms: number; ids: readonly number[] }>;
  end(): Promise<void>;
}

/** Tokens a second after the first. */
export function tokensPerSecond({ ids, restMs }: Written): number {
  return ((ids.length - 1) / restMs) * 1000;
}

/** All contenders compute on so many threads. */
export const threads = 2;
