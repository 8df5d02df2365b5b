import type { Token } from '../../core/text/token';

/** A run of the shown text: a token's part of it, or what stands between tokens. */
export interface Piece {
  readonly text: string;
  /** Index of the token; `undefined` for what no token stands for. */
  readonly token: number | undefined;
  /** True for what isn't in the text: special tokens, and further tokens of one character. */
  readonly added: boolean;
}

/**
 * A text and its tokens as one row of pieces, in order. What lies between tokens (spaces that a tokenizer drops)
 * keeps its place; special tokens stand where they were added. Of several tokens with one span (the bytes of an
 * emoji) the first has the text and the others stand behind it by their number.
 */
export function piecesOf(text: string, tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let copies = 1;
  tokens.forEach((token, index) => {
    if (token.special || token.end <= token.start) {
      pieces.push({ text: token.text, token: index, added: true });
      return;
    }
    if (token.start > from)
      pieces.push({ text: text.slice(from, token.start), token: undefined, added: false });
    if (token.end > from) {
      pieces.push({ text: text.slice(Math.max(token.start, from), token.end), token: index, added: false });
      copies = 1;
    } else pieces.push({ text: `+${copies++}`, token: index, added: true });
    from = Math.max(from, token.end);
  });
  return pieces;
}

/** A token's name on an axis or in a sentence: its white space made visible, shortened to `limit` characters. */
export function labelOf(token: Token, limit = 12): string {
  const visible = token.text.replace(/\n/g, '⏎').replace(/\t/g, '⇥').replace(/^ +$/, '␣').trim();
  const characters = [...(visible === '' ? '␣' : visible)];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : characters.join('');
}

/** `template` with `{0}`, `{1}`, ... replaced. */
export function filled(template: string, ...values: (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
