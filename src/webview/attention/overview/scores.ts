import { measureNames, type MeasureName } from '../../../core/attention/measures';
import type { HeadFigures } from '../../../protocol/view';
import type { CalibratedName } from '../../../protocol/viewWords';

/**
 * What heads are judged and sorted by: the measures of this text, and what a random text that is repeated has shown
 * of them, which a text that doesn't repeat itself can't.
 */
export const scoreNames = [...measureNames, 'calibratedDuplicate', 'calibratedInduction'] as const;
export type ScoreName = MeasureName | CalibratedName;

/** A head's figure, NaN where it has no meaning; `undefined` until it is known, or for a name that is none. */
export function scoreOf(figures: HeadFigures | undefined, name: string, head: number): number | undefined {
  if (name === 'calibratedDuplicate') return figures?.classes?.[head]?.duplicate;
  if (name === 'calibratedInduction') return figures?.classes?.[head]?.induction;
  return figures?.measures[name as MeasureName]?.[head];
}
