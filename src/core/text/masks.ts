import type { Span } from './span';

/** A text whose masks were written as the model's own mask token. */
export interface MaskedText {
  /** The text as the model reads it. */
  readonly text: string;
  /** Where each mask stands in the text as it was written. */
  readonly masks: readonly Span[];
  /** The span, in the text as written, of a span in the text as the model reads it. */
  toWritten(span: Span): Span;
}

/** The mask that people write whatever the model: BERT's. */
export const commonMask = '[MASK]';

/**
 * Finds the masks in a text: the model's own token (`<mask>`, say) and `[MASK]`, which is understood for every
 * model.
 */
export function readMasks(written: string, maskToken: string): MaskedText {
  const masks: Span[] = [];
  const spellings = [...new Set([maskToken, commonMask])].map((token) =>
    token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  let text = '';
  let end = 0;
  for (const match of written.matchAll(new RegExp(spellings.join('|'), 'g'))) {
    text += written.slice(end, match.index) + maskToken;
    end = match.index + match[0].length;
    masks.push({ start: match.index, end });
  }
  text += written.slice(end);

  const toWritten = (span: Span): Span => {
    // `shift` is how much longer the text as read has become before the current mask.
    let shift = 0;
    for (const mask of masks) {
      const start = mask.start + shift;
      if (span.end <= start) break;
      if (span.start < start + maskToken.length)
        return { start: Math.min(span.start - shift, mask.start), end: mask.end };
      shift += maskToken.length - (mask.end - mask.start);
    }
    return { start: span.start - shift, end: span.end - shift };
  };
  return { text, masks, toWritten };
}
