import { forEachGrapheme } from './graphemes';
import type { Span } from './span';

/**
 * A text on its way through a tokenizer that remembers, for every UTF-16 code unit, the span of the original text
 * it came from. Every step of a normaliser gives a new one; starts and ends never descend.
 */
export interface AlignedText {
  readonly text: string;
  /** [text.length] */
  readonly starts: readonly number[];
  /** [text.length] */
  readonly ends: readonly number[];
}

/** `text` as it stands, its first unit at `offset`; both halves of a surrogate pair have the span of the pair. */
export function alignText(text: string, offset = 0): AlignedText {
  const starts = new Array<number>(text.length);
  const ends = new Array<number>(text.length);
  for (let index = 0; index < text.length;) {
    const next = index + codePointLength(text, index);
    const end = offset + next;
    for (const start = offset + index; index < next; index++) {
      starts[index] = start;
      ends[index] = end;
    }
  }
  return { text, starts, ends };
}

/**
 * The span of the original text that the units `[from, to)` came from; where the range is empty, the empty span at
 * which it stands.
 */
export function originalSpan({ starts, ends }: AlignedText, from: number, to: number): Span {
  const last = Math.min(to, ends.length) - 1;
  if (from > last) {
    const at = starts[from] ?? ends.at(-1) ?? 0;
    return { start: at, end: at };
  }
  return { start: starts[from] ?? 0, end: ends[last] ?? 0 };
}

/** The units `[from, to)`. */
export function sliceAligned(aligned: AlignedText, from: number, to = aligned.text.length): AlignedText {
  return {
    text: aligned.text.slice(from, to),
    starts: aligned.starts.slice(from, to),
    ends: aligned.ends.slice(from, to),
  };
}

/** `prefix` put before the text, as if it had come from the first character; an empty text stays empty. */
export function prependAligned(aligned: AlignedText, prefix: string): AlignedText {
  const { text, starts, ends } = aligned;
  if (text.length === 0 || prefix.length === 0) return aligned;
  const first = originalSpan(aligned, 0, 1);
  return {
    text: prefix + text,
    starts: [...new Array<number>(prefix.length).fill(first.start), ...starts],
    ends: [...new Array<number>(prefix.length).fill(first.end), ...ends],
  };
}

/** Every match of `pattern` (a global expression) replaced by `content`, which has the span of the whole match. */
export function replaceAligned(aligned: AlignedText, pattern: RegExp, content: string): AlignedText {
  const { text } = aligned;
  const built = new AlignedTextBuilder();
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    built.copy(aligned, done, match.index);
    done = match.index + match[0].length;
    built.add(content, originalSpan(aligned, match.index, done));
  }
  if (done === 0) return aligned;
  built.copy(aligned, done, text.length);
  return built.finish();
}

/**
 * The text rewritten by `rewrite`, a function that works character by character (case folding, compatibility
 * forms, removing accents): what it makes of a text is what it makes of the text's grapheme clusters.
 * Spans are those of single code points where `rewrite` treats the code points of a cluster one by one, else
 * (composition, reordering of marks) those of the cluster. A combining mark that is dropped stays in the span of
 * the character it stood on.
 */
export function rewriteAligned(aligned: AlignedText, rewrite: (part: string) => string): AlignedText {
  const { text } = aligned;
  const built = new AlignedTextBuilder();
  const known = new Map<string, readonly Rewritten[]>();
  forEachGrapheme(text, (start, end) => {
    const cluster = text.slice(start, end);
    let parts = known.get(cluster);
    if (parts === undefined) {
      parts = rewriteCluster(cluster, rewrite);
      known.set(cluster, parts);
    }
    let from = start;
    let kept = false;
    for (const { source, result } of parts) {
      const to = from + source.length;
      if (result.length > 0) built.add(result, originalSpan(aligned, from, to));
      else if (kept && combiningMark.test(source)) built.extendLast(aligned.ends[to - 1] ?? 0);
      kept ||= result.length > 0;
      from = to;
    }
  });
  return built.finish();
}

interface Rewritten {
  source: string;
  result: string;
}

const combiningMark = /^\p{M}+$/u;

function rewriteCluster(cluster: string, rewrite: (part: string) => string): readonly Rewritten[] {
  const whole = { source: cluster, result: rewrite(cluster) };
  if (cluster.length === 1) return [whole];
  const parts = Array.from(cluster, (source) => ({ source, result: rewrite(source) }));
  return parts.map(({ result }) => result).join('') === whole.result ? parts : [whole];
}

class AlignedTextBuilder {
  private readonly parts: string[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  add(text: string, { start, end }: Span): void {
    this.parts.push(text);
    for (let unit = 0; unit < text.length; unit++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  copy({ text, starts, ends }: AlignedText, from: number, to: number): void {
    this.parts.push(text.slice(from, to));
    for (let unit = from; unit < to; unit++) {
      this.starts.push(starts[unit] ?? 0);
      this.ends.push(ends[unit] ?? 0);
    }
  }

  /** Lets the last character reach to `end` in the original. */
  extendLast(end: number): void {
    const start = this.starts.at(-1);
    for (let unit = this.ends.length - 1; unit >= 0 && this.starts[unit] === start; unit--)
      this.ends[unit] = end;
  }

  finish(): AlignedText {
    return { text: this.parts.join(''), starts: this.starts, ends: this.ends };
  }
}

function codePointLength(text: string, index: number): 1 | 2 {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}
