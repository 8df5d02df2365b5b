import type { AttentionSource } from '../../protocol/engine';
import type { Combination } from '../../protocol/viewState';
import type { ViewWords } from '../../protocol/viewWords';
import { filled } from './text/pieces';

/**
 * What the matrix is made of: the chosen head, the selected heads together (all of them where none is selected), or
 * the rollout up to the chosen head's layer.
 * @param head index of the chosen head, layer * heads + head
 */
export function sourceOf(
  combination: Combination,
  head: number,
  selected: readonly number[],
  heads: number,
  layers: number,
): AttentionSource {
  const at = (index: number): { layer: number; head: number } => ({
    layer: Math.floor(index / heads),
    head: index % heads,
  });
  if (combination === 'rollout') return { kind: 'rollout', layer: at(head).layer };
  if (combination === 'head') return { kind: 'heads', heads: [at(head)], combine: 'mean' };
  const all = selected.length > 0 ? selected : Array.from({ length: layers * heads }, (_, index) => index);
  return { kind: 'heads', heads: all.map(at), combine: combination };
}

/** What the matrix is called. */
export function titleOf(
  combination: Combination,
  head: number,
  selected: readonly number[],
  { heads, layers }: { heads: number; layers: number },
  words: ViewWords,
): string {
  const layer = Math.floor(head / heads);
  const many = selected.length || layers * heads;
  switch (combination) {
    case 'head':
      return filled(words.layerAndHead, layer, head % heads);
    case 'mean':
      return filled(words.meanOf, many);
    case 'max':
      return filled(words.maximumOf, many);
    case 'rollout':
      return filled(words.rolloutTo, layer);
  }
}
