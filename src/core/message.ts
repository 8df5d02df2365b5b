/**
 * What is said to a user, before it is put into a language: a sentence with places for values. It is made where
 * something happens, travels as plain data, and is worded where it is shown.
 */

export interface Message {
  /** The English sentence, with `{0}`, `{1}`, ... for the values; translations are found by it. */
  readonly template: string;
  readonly values: readonly MessageValue[];
}

/** A message in a message is worded by itself. */
export type MessageValue = string | number | Message;

/** Puts values into a template, perhaps into its translation; `vscode.l10n.t` is one. */
export type Wording = (template: string, ...values: (string | number)[]) => string;

/** A message from a template literal. A line break in it, with what indents the next line, is a space. */
export function say(parts: TemplateStringsArray, ...values: MessageValue[]): Message {
  return { template: templateOf(parts), values };
}

/** The template of a literal whose text, without its values, is `parts`. */
export function templateOf(parts: readonly string[]): string {
  return parts
    .map((part) => part.replace(/\n\s*/g, ' '))
    .reduce((template, part, index) => `${template}{${index - 1}}${part}`);
}

/** One thing after the other; nothing for none. */
export function listed(items: readonly MessageValue[]): MessageValue {
  return items.length === 0 ? '' : items.reduce((before, item) => say`${before}, ${item}`);
}

/** A message in the words of `wording`; a string is said as it is. */
export function worded(message: MessageValue, wording: Wording): string {
  if (typeof message !== 'object') return String(message);
  const values = message.values.map((value) => (typeof value === 'object' ? worded(value, wording) : value));
  return wording(message.template, ...values);
}

/** A message in English, as the log and the command line have it. */
export function english(message: MessageValue): string {
  return worded(message, (template, ...values) =>
    template.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place)),
  );
}

/** An error whose message can be said in other languages too; `message` is the English one. */
export class SaidError extends Error {
  constructor(
    readonly said: Message | string,
    options?: ErrorOptions,
  ) {
    super(english(said), options);
  }
}

/** What an error says. */
export function saidOf(error: unknown): Message | string {
  if (error instanceof SaidError) return error.said;
  return error instanceof Error ? error.message : String(error);
}
