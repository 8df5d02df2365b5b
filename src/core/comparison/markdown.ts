import { percent } from '../text/figures';
import type { SeenPiece } from './sight';

/** A row of a comparison as it is written out. */
export interface MarkdownRow {
  readonly model: string;
  /** What it sees; empty where it couldn't be asked. */
  readonly pieces: readonly SeenPiece[];
  readonly predictions: readonly { readonly text: string; readonly probability: number }[];
  /** Why it has no predictions. */
  readonly problem?: string | undefined;
  readonly time: string;
  readonly memory: string;
}

/** A comparison as a Markdown table, what is hidden from a model struck through. */
export function comparisonMarkdown(
  headings: readonly [model: string, sees: string, predictions: string, time: string, memory: string],
  rows: readonly MarkdownRow[],
  why: string,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    line(headings),
    line(['---', '---', '---', '--:', '--:']),
    ...rows.map(({ model, pieces, predictions, problem, time, memory }) =>
      line([
        cell(model),
        seenMarkdown(pieces),
        cell(problem ?? '') ||
          predictions.map(({ text, probability }) => `${code(text)} ${percent(probability)}`).join('<br>'),
        cell(time),
        cell(memory),
      ]),
    ),
  ].join('\n');
  return why === '' ? `${table}\n` : `${table}\n\n${why}\n`;
}

/** What a model sees, as Markdown for a table's cell: the place as a box, what is hidden struck through. */
function seenMarkdown(pieces: readonly SeenPiece[]): string {
  let marked = '';
  let hidden = '';
  const close = (): void => {
    const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(hidden) ?? [];
    marked += words === '' ? hidden : `${before}~~${cell(words)}~~${after}`;
    hidden = '';
  };
  for (const { text, kind } of pieces) {
    if (kind === 'hidden' || (kind === 'blank' && hidden !== '')) {
      hidden += text;
      continue;
    }
    close();
    marked += kind === 'place' ? '**▢**' : cell(text, false);
  }
  close();
  return marked.replace(/\s+/g, ' ').trim();
}

/** `text` in a cell: no character of it is markup, and it has no line end. */
function cell(text: string, trim = true): string {
  const line = text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&').replace(/\s+/g, ' ');
  return trim ? line.trim() : line;
}

/** `text` as code, for which a table has its own rules: a bar is escaped, backticks get longer ones around them. */
function code(text: string): string {
  const shown = text.replace(/\r?\n/g, '⏎').replace(/\t/g, '⇥').trim() || '␣';
  const ticks = '`'.repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = /^`|`$/.test(shown) ? ' ' : '';
  return `${ticks}${pad}${shown.replace(/\|/g, '\\|')}${pad}${ticks}`;
}
