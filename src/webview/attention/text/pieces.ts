import type { Span } from '../../../core/text/span';

/** A token or word, as far as its text goes. */
export interface Named extends Span {
  readonly text: string;
  readonly special: boolean;
}

/** A run of the shown text: a token's part of it, or what stands between tokens. */
export interface Piece {
  readonly text: string;
  /** Index of the unit; `undefined` for what none stands for. */
  readonly unit: number | undefined;
  /** True for what isn't in the text: special tokens, and further tokens of one character. */
  readonly added: boolean;
}

/**
 * A part of a text and its units as one row of pieces, in order. What lies between them (spaces that a tokenizer
 * drops, what was left out) keeps its place; special tokens stand where they were added. Of several tokens with one
 * span (the bytes of an emoji) the first has the text and the others stand behind it by their number.
 */
export function piecesOf(text: string, units: readonly Named[], part: Span): Piece[] {
  const pieces: Piece[] = [];
  let from = part.start;
  let copies = 1;
  units.forEach((unit, index) => {
    if (unit.special || unit.end <= unit.start) {
      pieces.push({ text: unit.text, unit: index, added: true });
      return;
    }
    if (unit.start > from) pieces.push({ text: text.slice(from, unit.start), unit: undefined, added: false });
    if (unit.end > from) {
      pieces.push({ text: text.slice(Math.max(unit.start, from), unit.end), unit: index, added: false });
      copies = 1;
    } else pieces.push({ text: `+${copies++}`, unit: index, added: true });
    from = Math.max(from, unit.end);
  });
  if (from < part.end) pieces.push({ text: text.slice(from, part.end), unit: undefined, added: false });
  return pieces;
}

/** A unit's name on an axis or in a sentence: its white space made visible, shortened to `limit` characters. */
export function labelOf(named: Named, limit = 12): string {
  const visible = named.text.replace(/\n/g, '⏎').replace(/\t/g, '⇥').replace(/^ +$/, '␣').trim();
  const characters = [...(visible === '' ? '␣' : visible)];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : characters.join('');
}

/** `template` with `{0}`, `{1}`, ... replaced. */
export function filled(template: string, ...values: (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
