/**
 * The texts of a vocabulary in order, to find the tokens with which a text can begin ("token healing": the last word
 * of a prompt is written again by the model, held to what stands there, so that it isn't cut where no token ends).
 */
export class VocabularyIndex {
  /** Sorted by UTF-16 units. */
  readonly #texts: readonly string[];
  readonly #ids: readonly number[];

  /** @param texts the text of each id; empty for one that may never be chosen */
  constructor(texts: readonly string[]) {
    const ids = texts.flatMap((text, id) => (text === '' ? [] : [id]));
    ids.sort((a, b) => (texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : a - b));
    this.#ids = ids;
    this.#texts = ids.map((id) => texts[id]!);
  }

  /** The ids of the tokens that begin with `required`, or with which `required` begins; all for an empty one. */
  compatible(required: string): number[] {
    if (required === '') return [...this.#ids];
    const found: number[] = [];
    for (let length = 1; length < required.length; length++) {
      const beginning = required.slice(0, length);
      for (let at = this.#first(beginning); this.#texts[at] === beginning; at++) found.push(this.#ids[at]!);
    }
    for (let at = this.#first(required); this.#texts[at]?.startsWith(required); at++)
      found.push(this.#ids[at]!);
    return found;
  }

  /** The first place whose text isn't before `text`. */
  #first(text: string): number {
    let low = 0;
    let high = this.#texts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#texts[middle]! < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
