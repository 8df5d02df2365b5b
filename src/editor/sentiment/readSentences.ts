import * as vscode from 'vscode';
import { sentenceGroups } from '../../core/text/sentences';
import type { Span } from '../../core/text/span';

/** Milliseconds of work between two breaks, in which the editor gets to its other work. */
const stroke = 8;

/** The sentences of a text, found a few at a time: all at once, a long text would hold up every other extension. */
export async function readSentences(text: string, signal: AbortSignal): Promise<Span[]> {
  const found: Span[] = [];
  let started = performance.now();
  for (const group of sentenceGroups(text)) {
    found.push(...group);
    if (performance.now() - started < stroke) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new vscode.CancellationError();
    started = performance.now();
  }
  return found;
}
