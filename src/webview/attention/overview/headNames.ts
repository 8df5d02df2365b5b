import type { HeadClass } from '../../../core/attention/classes';
import { headKindOf } from '../../../core/attention/headKinds';
import type { ViewWords } from '../../../protocol/viewWords';
import { filled } from '../text/pieces';

/** A few characters for a thumbnail. */
export function shortName(head: HeadClass, words: ViewWords): string {
  const name = headKindOf(head);
  return name === 'offset' ? signOf(head) : words.kindsShort[name];
}

/** One or two characters, where there is room for no more. */
export function signOf(head: HeadClass): string {
  const signs = { induction: 'I', duplicate: 'D', broad: 'B', sink: 'S', content: 'C' };
  if (head.kind !== 'position') return signs[head.kind];
  const offset = head.offset ?? 0;
  return offset < 0 ? `−${-offset}` : offset === 0 ? '0' : `+${offset}`;
}

/** A line with the figure behind the class, and what was set aside. */
export function longName(head: HeadClass, words: ViewWords): string {
  const name = filled(words.kinds[headKindOf(head)], head.offset ?? 0);
  return filled(words.classFigure, name, head.figure.toFixed(2), head.setAside.toFixed(2));
}

/** A score's figure: nats and tokens with one or two decimals, the others are in [0, 1]; a dash where it has none. */
export function figure(score: string, value: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toFixed(score === 'distance' ? 1 : 2);
}
