/** `text` with what Markdown would take for markup escaped, for a hover. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');
}

/**
 * The address of a Markdown link that runs a command. Parentheses are encoded too, as they would end the link; and no
 * `%` is in what is encoded, as VS Code decodes a command's arguments twice, which file names would not survive.
 */
export function commandLink(command: string, args: readonly unknown[]): string {
  const json = JSON.stringify(args).replaceAll('%', '\\u0025');
  const encoded = encodeURIComponent(json).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `command:${command}?${encoded}`;
}
