import type { HeadClass } from './classes';

/** What heads are grouped by: their class, and of heads that look at a fixed offset which one. */
export type HeadKindName =
  'induction' | 'duplicate' | 'previous' | 'next' | 'self' | 'offset' | 'broad' | 'sink' | 'content';

export const headKinds: readonly HeadKindName[] = [
  'previous',
  'next',
  'self',
  'offset',
  'induction',
  'duplicate',
  'sink',
  'broad',
  'content',
];

export function headKindOf({ kind, offset }: HeadClass): HeadKindName {
  if (kind !== 'position') return kind;
  return offset === -1 ? 'previous' : offset === 1 ? 'next' : offset === 0 ? 'self' : 'offset';
}
