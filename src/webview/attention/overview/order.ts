import type { HeadClass } from '../../../core/attention/classes';
import { headKindOf } from '../../../core/attention/headKinds';
import type { MeasureName } from '../../../core/attention/measures';
import type { HeadFigures } from '../../../protocol/view';

/**
 * The heads that are shown, in the order in which they are shown.
 * @param sort a measure, the largest first and heads without a figure last; empty for the model's own order
 * @param kind a class of heads, or empty for all
 */
export function headOrder(
  count: number,
  figures: HeadFigures | undefined,
  sort: string,
  kind: string,
): number[] {
  const all = Array.from({ length: count }, (_, head) => head);
  const { classes, measures } = figures ?? {};
  // Cross-attention has no classes.
  const shown = kind === '' || !classes?.length ? all : all.filter((head) => isOf(kind, classes[head]));
  const values = measures?.[sort as MeasureName];
  if (!values) return shown;
  const rank = (head: number): number => (Number.isNaN(values[head]!) ? -Infinity : values[head]!);
  return shown.toSorted((a, b) => rank(b) - rank(a) || a - b);
}

function isOf(kind: string, known: HeadClass | undefined): boolean {
  return known !== undefined && headKindOf(known) === kind;
}
