import type { Bandwidth } from './bandwidth';
import type { Folders, ModelSet } from './modelSet';

/** A line of the result. */
export interface Row {
  readonly id: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** The figure in which the row's goal is stated. */
  readonly ratio: number;
}

/** What the rows run with. */
export interface Setting {
  readonly models: ModelSet;
  /** The embedded causal model, which has learnt a language; nothing where it isn't there. */
  readonly embedded: Folders;
  readonly bandwidth: Bandwidth;
  /** At least 5. */
  readonly rounds: number;
  /** Tokens written where speed is measured. */
  readonly newTokens: number;
  /** Where the bench keeps what it installs. */
  readonly cache: string;
}

/** How a row is measured. @throws Skipped with the reason when it can't be */
export type Measure = (setting: Setting) => Promise<Omit<Row, 'id'>>;
