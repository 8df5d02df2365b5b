/** The result of a run, as a table to read and as JSON. */
import { cpus, release, totalmem, type } from 'node:os';
import type { Row } from './row';

/** A row that couldn't be measured. */
export interface SkippedRow {
  readonly id: string;
  readonly skipped: string;
}

export interface Report {
  readonly machine: string;
  /** ISO 8601, to the minute, UTC. */
  readonly date: string;
  /** Median of the run's measurements, 10^9 bytes a second. */
  readonly bandwidthGBs: number;
  readonly rows: readonly Row[];
}

/** What matters of the machine, without its name. */
export function describeMachine(): string {
  const processors = cpus();
  return (
    `${processors.length} x ${processors[0]?.model.trim() ?? process.arch}, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release().split('-')[0]}, Node ${process.versions.node}`
  );
}

const columns = ['id', 'unit', 'Headlight', 'peer', 'ratio', 'peer is'];

/** A Markdown table that is also aligned as plain text. */
export function table(rows: readonly (Row | SkippedRow)[]): string {
  const cells = rows.map((row) =>
    'skipped' in row
      ? [row.id, '', '', '', 'skipped', row.skipped]
      : [row.id, row.unit, figure(row.ours), figure(row.peer), figure(row.ratio), row.peerName ?? ''],
  );
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map((line) => line[index]!.length)),
  );
  const isNumber = (index: number): boolean => index >= 2 && index <= 4;
  const line = (values: readonly string[]): string =>
    `| ${values
      .map((value, index) =>
        isNumber(index) ? value.padStart(widths[index]!) : value.padEnd(widths[index]!),
      )
      .join(' | ')} |`;
  const rule = widths.map((width, index) =>
    isNumber(index) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(columns), line(rule), ...cells.map(line)].join('\n');
}

/** Three digits that mean something. */
function figure(value: number | null): string {
  if (value === null) return '';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toFixed(Math.min(3, digits));
}
