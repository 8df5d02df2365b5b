/**
 * The character map of a SentencePiece normaliser as `tokenizer.json` carries it (`precompiled_charsmap`): a
 * Darts-clone double-array trie over UTF-8 whose values are offsets into a list of replacements that each end
 * with a zero byte. Written after SentencePiece's normalizer.cc and the layout in darts-clone's darts.h.
 */
import { forEachGrapheme } from './graphemes';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Clusters of up to this many bytes are looked up whole, longer ones code point by code point. */
const longestCluster = 5;

/**
 * A normalising function from the map's base64 form.
 * @throws RangeError when the map is shorter than it says
 */
export function precompiledNormalizer(base64: string): (text: string) => string {
  const map = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (map.length < 4) throw new RangeError('The precompiled character map is empty.');
  const view = new DataView(map.buffer);
  const trieBytes = view.getUint32(0, true);
  if (trieBytes % 4 !== 0 || 4 + trieBytes > map.length)
    throw new RangeError('The precompiled character map is cut off.');
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, unit) => view.getUint32(4 + 4 * unit, true));
  const replacements = map.subarray(4 + trieBytes);

  /** The replacement of the shortest entry that `text` begins with, as the reference implementation has it. */
  function lookUp(text: string): string | undefined {
    let node = trieOffset(units[0] ?? 0);
    for (const byte of encoder.encode(text)) {
      node ^= byte;
      const unit = units[node] ?? 0;
      if (byte === 0 || trieLabel(unit) !== byte) return undefined;
      node ^= trieOffset(unit);
      if (trieHasLeaf(unit)) return replacementAt((units[node] ?? 0) & 0x7fffffff);
    }
    return undefined;
  }

  function replacementAt(start: number): string {
    const end = replacements.indexOf(0, start);
    return decoder.decode(replacements.subarray(start, end < 0 ? undefined : end));
  }

  return (text) => {
    const parts: string[] = [];
    forEachGrapheme(text, (start, end) => {
      const cluster = text.slice(start, end);
      const whole = encoder.encode(cluster).length <= longestCluster ? lookUp(cluster) : undefined;
      if (whole !== undefined) parts.push(whole);
      else for (const char of cluster) parts.push(lookUp(char) ?? char);
    });
    return parts.join('');
  };
}

function trieOffset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** The byte on the edge to this unit; a unit that holds a value has its top bit set and matches none. */
function trieLabel(unit: number): number {
  return (unit & 0x800000ff) >>> 0;
}

function trieHasLeaf(unit: number): boolean {
  return ((unit >>> 8) & 1) === 1;
}
