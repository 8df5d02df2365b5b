/**
 * What a causal model is given of the text before a place, and how its answer joins on.
 */

export interface Prompt {
  /** What the model reads; line ends are single line feeds, as in the texts that models were trained on. */
  readonly text: string;
  /** True when the text before the place ends with blanks, which were left out of the prompt. */
  readonly endsBlank: boolean;
}

/**
 * The end of `before`, at most `limit` UTF-16 units, cut between characters and, where there is white space to
 * cut at, between words.
 *
 * Blanks at the end are left out: the tokens of GPT-2 and its kind begin with the space before a word, so a
 * prompt that ends with one is unlike anything such a model has read.
 */
export function promptFrom(before: string, limit: number): Prompt {
  const lines = before.replace(/\r\n?/g, '\n');
  const text = lines.replace(/[ \t\u00a0]+$/, '');
  return { text: tail(text, limit), endsBlank: text.length < lines.length };
}

/** The first piece of a continuation as it joins on: a blank that already stands before it isn't repeated. */
export function joinOn(prompt: Prompt, first: string): string {
  return prompt.endsBlank ? first.replace(/^[ \t]+/, '') : first;
}

function tail(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.slice(-limit);
  const space = /\s+(?=\S)/.exec(end.slice(0, Math.floor(limit / 4)));
  if (space) return end.slice(space.index + space[0].length);
  const first = end.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? end.slice(1) : end;
}
