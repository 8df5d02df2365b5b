/** Texts of an exact number of tokens. */
import type { Prompt } from './contenders/contender';

/** English prose about nothing in particular; a prompt takes as much of it as it needs, more than once. */
const prose =
  `The harbour lay still in the morning, and the boats that had come in at night were tied along the wall. ` +
  `A boy carried two baskets up the stairs and counted the steps aloud. When he reached the street he put them ` +
  `down, looked back at the water and waved to somebody on the last of the boats. Nobody waved back, so he took ` +
  `the baskets again and walked on past the closed shops, the bakery with its light behind the door and the ` +
  `small square where the market would be later in the week. His mother had told him to be quick, but the road ` +
  `was steep, the baskets were heavy, and there was a dog in the next garden that he wanted to see. `;

/** Short texts that make the last token or two fit. */
const fillers = [' the', ' and', ' a', '.', ',', ' x', ' 7', '!', ' b', '?', ';'];

/**
 * Writes a prompt of `length` tokens.
 * @param encode gives a text's ids
 * @param number prompts of different numbers differ from their first word on, so that no cache helps
 * @throws Error when no text of that length is found
 */
export function makePrompt(
  encode: (text: string) => readonly number[],
  length: number,
  number: number,
): Prompt {
  const words = `Chapter ${number + 1}. ${prose}`.split(/(?= )/);
  if (number > 0) words.unshift(fillers[number % fillers.length]!.trim() + String.fromCharCode(65 + number));
  let low = 0;
  let high = length * 2;
  const taken = (count: number): string =>
    Array.from({ length: count }, (_, index) => words[index % words.length]!).join('');
  // The largest number of words that isn't too long.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (encode(taken(middle)).length <= length) low = middle;
    else high = middle - 1;
  }
  const text = taken(low);
  const ids = encode(text);
  return grow(encode, { text, ids }, length, () => true);
}

/**
 * A prompt with `by` tokens more; its own tokens stay.
 * @throws Error when no such text is found
 */
export function extendPrompt(
  encode: (text: string) => readonly number[],
  prompt: Prompt,
  by: number,
): Prompt {
  return grow(encode, prompt, prompt.ids.length + by, (ids) =>
    prompt.ids.every((id, index) => ids[index] === id),
  );
}

function grow(
  encode: (text: string) => readonly number[],
  prompt: Prompt,
  wanted: number,
  accepts: (ids: readonly number[]) => boolean,
): Prompt {
  let current = prompt;
  while (current.ids.length < wanted) {
    const { text, ids } = current;
    const longer = fillers
      .map((filler) => ({ text: text + filler, ids: encode(text + filler) }))
      .find(
        (candidate) =>
          candidate.ids.length > ids.length && candidate.ids.length <= wanted && accepts(candidate.ids),
      );
    if (longer === undefined) throw new Error(`Found no text of ${wanted} tokens for this tokenizer.`);
    current = longer;
  }
  return current;
}
