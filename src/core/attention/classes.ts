/** What kind of head it is, seen from one text. */
import type { AttentionContext } from './measures';

/**
 * - `position`: looks at one fixed offset, as the token before
 * - `broad`: spreads its attention
 * - `rest`: has attention only for the first and the special tokens
 * - `content`: none of these; what it looks at depends on the words
 */
export type HeadKind = 'position' | 'broad' | 'rest' | 'content';

export interface HeadClass {
  kind: HeadKind;
  /** Of a `position` head: key minus query, -1 is the token before; else null. */
  offset: number | null;
  /** Mean attention to the first and the special tokens, which is set aside; say it beside the kind. */
  setAside: number;
}

/** A row with less than this left beside what is set aside says nothing. */
const MIN_LEFT = 0.01;
/** A `position` head has its row's maximum at one offset in this share of the rows (Voita et al. 2019). */
const POSITION_SHARE = 0.9;
/** A `broad` head's rows have on average this share of the largest possible entropy. Ours, no source. */
const BROAD_EVENNESS = 0.8;

/**
 * The class of one head's matrix [tokens, tokens]. The first token and the special tokens are set aside, and what
 * is left of the other tokens' rows is taken as the whole: else most heads would count as looking at the first
 * token. `rest` is also the answer where nothing is left to judge by; a text of a few words shows little.
 */
export function classifyHead(matrix: Float32Array, { causal, special }: AttentionContext): HeadClass {
  const tokens = special.length;
  const words = special.flatMap((is, token) => (is || token === 0 ? [] : [token]));
  const offsets = new Map<number, number>();
  let setAside = 0;
  let choosing = 0;
  let judged = 0;
  let evenness = 0;
  for (const query of words) {
    const keys = causal ? words.filter((key) => key <= query) : words;
    const weights = keys.map((key) => matrix[query * tokens + key]!);
    const left = weights.reduce((sum, weight) => sum + weight, 0);
    setAside += 1 - left;
    if (keys.length < 2) continue;
    choosing++;
    if (left < MIN_LEFT) continue;
    judged++;
    const offset = keys[weights.indexOf(Math.max(...weights))]! - query;
    offsets.set(offset, (offsets.get(offset) ?? 0) + 1);
    const entropy = weights.reduce((sum, weight) => {
      const share = weight / left;
      return share > 0 ? sum - share * Math.log(share) : sum;
    }, 0);
    evenness += entropy / Math.log(keys.length);
  }
  const result = { offset: null, setAside: words.length > 0 ? setAside / words.length : 1 };
  if (judged === 0 || judged < choosing / 2) return { ...result, kind: 'rest' };
  const [offset, rows] = [...offsets].reduce((a, b) => (b[1] > a[1] ? b : a));
  if (rows >= POSITION_SHARE * judged) return { ...result, kind: 'position', offset };
  return { ...result, kind: evenness >= BROAD_EVENNESS * judged ? 'broad' : 'content' };
}
