/** The conversation between the editor and the view that compares models, as types. */
import type { SeenPiece } from '../core/comparison/sight';
import type { Span } from '../core/text/span';

/** What the models are asked: a text and one place in it. */
export interface Question {
  readonly text: string;
  /** What is hidden, in UTF-16 offsets of the text; empty for the gap between two words. */
  readonly place: Span;
}

/** One model's row, in words as they are on screen. */
export interface ComparisonRow {
  readonly model: string;
  /** Its kind and what it sees. */
  readonly family: string;
  /** `unable` for one whose family predicts no words, `stopped` for one that was not asked any more. */
  readonly state: 'waiting' | 'running' | 'done' | 'unable' | 'failed' | 'stopped';
  /** The text as the model sees it; empty before it was asked. */
  readonly pieces: readonly SeenPiece[];
  /** How many tokens it sees on which side. */
  readonly sides: string;
  /** Most probable first; probabilities in [0, 1]. */
  readonly predictions: readonly { readonly text: string; readonly probability: number }[];
  /** Why it has no predictions. */
  readonly problem: string;
  readonly time: string;
  readonly memory: string;
}

/** All that the view shows. It travels with the view's saved state, so that a restored view asks no model. */
export interface Comparison {
  readonly question: Question;
  readonly rows: readonly ComparisonRow[];
  /** Why the models differ, in plain words; empty while fewer than two have answered. */
  readonly why: string;
  readonly running: boolean;
}

/** From the view. */
export type FromCompareView =
  /** The view has loaded, or is shown again, and waits for the comparison. */
  | { readonly type: 'ready' }
  | { readonly type: 'copy' }
  | { readonly type: 'stop' }
  | { readonly type: 'again' };

/** To the view. */
export type ToCompareView = { readonly type: 'comparison'; readonly comparison: Comparison };

/** The view's strings in the user's language; `{0}`, `{1}`, ... stand for what the view puts in. */
export interface CompareWords {
  readonly title: string;
  readonly table: string;
  readonly why: string;
  readonly copy: string;
  readonly stop: string;
  readonly again: string;
  readonly model: string;
  readonly sees: string;
  readonly predictions: string;
  readonly time: string;
  readonly memory: string;
  readonly place: string;
  readonly hidden: string;
  readonly waiting: string;
  readonly running: string;
  readonly done: string;
  readonly probability: string;
}

/** `state` when it is a comparison that a view saved, else `undefined`: other versions may have written it. */
export function readComparison(state: unknown): Comparison | undefined {
  if (!isRecord(state) || !isRecord(state['question']) || !Array.isArray(state['rows'])) return undefined;
  const { text, place } = state['question'];
  if (typeof text !== 'string' || !isSpan(place) || typeof state['why'] !== 'string') return undefined;
  if (!state['rows'].every(isRow)) return undefined;
  return { question: { text, place }, rows: state['rows'], why: state['why'], running: false };
}

function isRow(row: unknown): row is ComparisonRow {
  if (!isRecord(row) || !Array.isArray(row['pieces']) || !Array.isArray(row['predictions'])) return false;
  const words = ['model', 'family', 'state', 'sides', 'problem', 'time', 'memory'];
  return (
    words.every((name) => typeof row[name] === 'string') &&
    row['pieces'].every((piece) => isRecord(piece) && typeof piece['text'] === 'string') &&
    row['predictions'].every(
      (prediction) =>
        isRecord(prediction) &&
        typeof prediction['text'] === 'string' &&
        typeof prediction['probability'] === 'number',
    )
  );
}

function isSpan(value: unknown): value is Span {
  return isRecord(value) && Number.isInteger(value['start']) && Number.isInteger(value['end']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
