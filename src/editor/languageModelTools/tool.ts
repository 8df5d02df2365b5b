import type { Engine } from '../../client/engineClient';
import type { ToolInput } from './input';

/** What a tool may use. */
export interface ToolContext {
  readonly engine: Engine;
  /** The extension's own folder. */
  readonly root: string;
  /** Aborted when the agent gives up. */
  readonly signal: AbortSignal;
}

/** One of the tools that `package.json` describes to agents. */
export interface Tool {
  /** What the user reads while it runs. */
  readonly progress: () => string;
  /** Gives what the agent reads, as JSON; throws an error that says what to do instead. */
  readonly run: (input: ToolInput, context: ToolContext) => Promise<unknown>;
}

/** A probability with as many digits as tell something. */
export function rounded(probability: number): number {
  return Number(probability.toPrecision(4));
}
