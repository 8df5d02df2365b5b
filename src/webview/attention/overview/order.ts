import type { HeadClass } from '../../../core/attention/classes';
import { headKindOf } from '../../../core/attention/headKinds';
import type { HeadFigures } from '../../../protocol/view';
import { scoreOf } from './scores';

/** The head that Tab and keys begin at: the chosen one, or the first where that isn't shown. */
export function reachable(order: readonly number[], chosen: number): number | undefined {
  return order.includes(chosen) ? chosen : order[0];
}

/**
 * The heads that are shown, in the order in which they are shown.
 * @param sort a score, the largest first and heads without a figure last; empty for the model's own order
 * @param kind a class of heads, or empty for all
 */
export function headOrder(
  count: number,
  figures: HeadFigures | undefined,
  sort: string,
  kind: string,
): number[] {
  const all = Array.from({ length: count }, (_, head) => head);
  const { classes } = figures ?? {};
  // Cross-attention has no classes.
  const shown = kind === '' || !classes?.length ? all : all.filter((head) => isOf(kind, classes[head]));
  if (scoreOf(figures, sort, 0) === undefined) return shown;
  const rank = (head: number): number => {
    const score = scoreOf(figures, sort, head) ?? NaN;
    return Number.isNaN(score) ? -Infinity : score;
  };
  return shown.toSorted((a, b) => rank(b) - rank(a) || a - b);
}

function isOf(kind: string, known: HeadClass | undefined): boolean {
  return known !== undefined && headKindOf(known) === kind;
}
