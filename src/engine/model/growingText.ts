import type { Tokenizer } from './tokenizer';

/** Behind the remembered beginning, a text of so much is encoded anew each time; in UTF-16 units. */
const shortest = 100;
const longest = 800;

/**
 * Encodes a text that grows at its end, key by key, without encoding its beginning again: the same ids as at once.
 * For byte-level vocabularies alone, in which no token reaches over the place between a word and the next one's space.
 */
export class GrowingText {
  #beginning = { text: '', ids: [] as readonly number[] };
  readonly #isByteLevel: boolean;

  constructor(private readonly tokenizer: Tokenizer) {
    this.#isByteLevel = tokenizer.kind === 'byte-level' && tokenizer.encode('').tokens.length === 0;
  }

  ids(text: string): number[] {
    if (!this.#isByteLevel) return this.#encode(text);
    const { text: beginning } = this.#beginning;
    if (!text.startsWith(beginning) || text.length - beginning.length > longest) {
      const place = text.slice(0, -shortest).search(/[\p{L}\p{N}] \p{L}+[^\p{L}]*$/u);
      const known = text.slice(0, place + 1);
      this.#beginning = { text: known, ids: this.#encode(known) };
    }
    return [...this.#beginning.ids, ...this.#encode(text.slice(this.#beginning.text.length))];
  }

  #encode(text: string): number[] {
    return text === '' ? [] : this.tokenizer.encode(text).tokens.map(({ id }) => id);
  }
}

const growingTexts = new WeakMap<Tokenizer, GrowingText>();

/** The ids of a text, most likely one that goes on from the text asked for last. */
export function growingIds(tokenizer: Tokenizer, text: string): number[] {
  let growing = growingTexts.get(tokenizer);
  if (!growing) growingTexts.set(tokenizer, (growing = new GrowingText(tokenizer)));
  return growing.ids(text);
}
