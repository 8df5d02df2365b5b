import * as fs from 'node:fs';

/** Where a command's text comes from. */
export interface TextSource {
  /** The text itself; `-` for standard input. */
  readonly text?: string | undefined;
  /** A file to read it from. */
  readonly file?: string | undefined;
}

/** The command was used wrongly; its message ends a sentence that begins with what was wrong. */
export class UsageError extends Error {}

/** The whole text of a source, as it is. */
export async function readText(source: TextSource): Promise<string> {
  let text = '';
  for await (const chunk of chunks(source)) text += chunk;
  return text;
}

/**
 * The lines of a source one by one, as soon as each is complete. Nothing is trimmed; only the line end (LF or CRLF)
 * isn't part of a line. (Node's `readline` also splits at U+2028 and lone carriage returns.)
 */
export async function* readLines(source: TextSource): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks(source)) {
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield withoutReturn(line);
  }
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function* chunks({ text, file }: TextSource): AsyncGenerator<string> {
  if (text !== undefined && file !== undefined) {
    throw new UsageError('Give the text either as an argument or by --file, not both.');
  }
  if (file === undefined && text === undefined) {
    throw new UsageError('Give a text: as an argument, by --file FILE, or - for standard input.');
  }
  if (text !== undefined && text !== '-') {
    yield text;
    return;
  }
  const stream = file === undefined ? process.stdin : fs.createReadStream(file);
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream) yield chunk as string;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'ENOENT'
        ? `There is no file "${file}".`
        : `"${file ?? 'standard input'}" can't be read: ${message}`,
      { cause: error },
    );
  }
}
