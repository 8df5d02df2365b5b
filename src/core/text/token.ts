import type { Span } from './span';

/**
 * One token of a text as a model reads it.
 *
 * `text` is the token alone as a reader would see it (a leading space stays, markers such as `##` go).
 * `start` and `end` are the UTF-16 offsets of the text it came from. Where several tokens share one character
 * (the bytes of an emoji, say) each has the span of the whole character. A token the tokenizer added
 * ([CLS], `<s>`, ...) is `special` and has an empty span where it stands.
 */
export interface Token extends Span {
  readonly id: number;
  readonly text: string;
  readonly special: boolean;
}
