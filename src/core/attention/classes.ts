/** What kind of head it is, seen from a random text that is repeated. */
import { findCopies } from './copies';

/**
 * - `induction`: looks at what followed an earlier copy of the token (Olsson et al. 2022)
 * - `duplicate`: looks at copies of the token
 * - `position`: looks at one fixed offset, as the token before
 * - `broad`: spreads its attention
 * - `sink`: has attention only for the first and the special tokens
 * - `content`: none of these; what it looks at depends on the words
 */
export type HeadKind = 'induction' | 'duplicate' | 'position' | 'broad' | 'sink' | 'content';

export interface HeadClass {
  readonly kind: HeadKind;
  /** Of a `position` head: key minus query, -1 is the token before; else null. */
  readonly offset: number | null;
  /**
   * The figure behind the kind, in [0, 1]. Of `induction` and `duplicate`: mean attention there; `position`: share of
   * the rows that look there most; `broad`: mean evenness; `sink`: what is set aside; `content`: mean of the rows'
   * largest value. But for `sink`, each of what is left of a row.
   */
  readonly figure: number;
  /** Mean attention to the first and the special tokens, which is set aside; say it beside the kind. */
  readonly setAside: number;
  /** Mean attention to copies of the token, and to what follows them, of what is left of a row. */
  readonly duplicate: number;
  readonly induction: number;
}

/** A text as `classifyHead` takes it. */
export interface ClassifiedText {
  /** True when a query sees only itself and what stands to its left. */
  readonly causal: boolean;
  /** Of each token its id; undefined for a special one. */
  readonly ids: readonly (number | undefined)[];
}

/** A row with less than this left beside what is set aside says nothing. */
const leastLeft = 0.01;
/** An `induction` or `duplicate` head has this much of its attention there. Ours, no source. */
const copyShare = 0.4;
/** A `position` head has its row's maximum at one offset in this share of the rows (Voita et al. 2019). */
const positionShare = 0.9;
/** A `broad` head's rows have on average this share of the largest possible entropy. Ours, no source. */
const broadEvenness = 0.8;

/**
 * The class of one head's matrix [tokens, tokens]. The first token and the special tokens are set aside, and what
 * is left of the other tokens' rows is taken as the whole: else most heads would count as looking at the first
 * token. `sink` is also the answer where nothing is left to judge by; a text of a few words shows little.
 */
export function classifyHead(matrix: Float32Array, { causal, ids }: ClassifiedText): HeadClass {
  const tokens = ids.length;
  const words = ids.flatMap((id, token) => (id === undefined || token === 0 ? [] : [token]));
  const isWord = ids.map((id, token) => id !== undefined && token > 0);
  const copies = findCopies(ids, causal);
  const offsets = new Map<number, number>();
  let [setAside, choosing, judged, evenness, largest] = [0, 0, 0, 0, 0];
  let [duplicate, induction, repeated] = [0, 0, 0];
  for (const query of words) {
    const keys = causal ? words.filter((key) => key <= query) : words;
    const weights = keys.map((key) => matrix[query * tokens + key]!);
    const left = weights.reduce((sum, weight) => sum + weight, 0);
    setAside += 1 - left;
    if (keys.length < 2) continue;
    choosing++;
    if (left < leastLeft) continue;
    judged++;
    const most = Math.max(...weights);
    largest += most / left;
    const offset = keys[weights.indexOf(most)]! - query;
    offsets.set(offset, (offsets.get(offset) ?? 0) + 1);
    const entropy = weights.reduce((sum, weight) => {
      const share = weight / left;
      return share > 0 ? sum - share * Math.log(share) : sum;
    }, 0);
    evenness += entropy / Math.log(keys.length);

    const shareOf = (places: readonly number[]): number =>
      places.reduce((sum, key) => (isWord[key] ? sum + matrix[query * tokens + key]! : sum), 0) / left;
    if (copies.duplicates[query]!.some((key) => isWord[key])) {
      repeated++;
      duplicate += shareOf(copies.duplicates[query]!);
      induction += shareOf(copies.inductions[query]!);
    }
  }
  const meanOf = (sum: number, count: number): number => (count > 0 ? sum / count : 0);
  const common = {
    offset: null,
    setAside: words.length > 0 ? setAside / words.length : 1,
    duplicate: meanOf(duplicate, repeated),
    induction: meanOf(induction, repeated),
  };
  if (judged === 0 || judged < choosing / 2) return { ...common, kind: 'sink', figure: common.setAside };
  if (Math.max(common.induction, common.duplicate) >= copyShare) {
    const kind = common.induction >= common.duplicate ? 'induction' : 'duplicate';
    return { ...common, kind, figure: common[kind] };
  }
  const [offset, rows] = [...offsets].reduce((a, b) => (b[1] > a[1] ? b : a));
  if (rows >= positionShare * judged) return { ...common, kind: 'position', offset, figure: rows / judged };
  if (evenness >= broadEvenness * judged) return { ...common, kind: 'broad', figure: evenness / judged };
  return { ...common, kind: 'content', figure: largest / judged };
}
