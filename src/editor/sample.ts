import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { paragraphAt } from '../core/text/paragraph';
import type { Span } from '../core/text/span';
import type { Headlight } from './context';
import type { Hint } from './errors';
import { rangeOf } from './target';

/** The command that the walkthrough's buttons call, with the command to try. */
export const tryOnSampleCommand = 'headlight.tryOnSample';

/** What the sample calls the task whose example is meant for a command; any other takes the last one. */
const titles: Record<string, string> = {
  'headlight.continueText': 'Continue Text',
  'headlight.continueChoices': 'Continue Text',
  'headlight.fillMask': 'Fill Mask',
  'headlight.analyzeSentiment': 'Analyze Sentiment',
  'headlight.showAttention': 'Show Attention',
  'headlight.showSurprise': 'Show Surprise',
};
const titleOfOthers = 'Show Attention';

/** Those that need a selection: with the cursor alone, Continue Text would go on from all that stands before it. */
const selecting: readonly string[] = ['headlight.continueText', 'headlight.continueChoices'];

let opened: vscode.TextDocument | undefined;

/**
 * Opens the sample as a new document, puts the cursor on the example for `command`, and runs it there. An opened sample
 * whose example for it is as it was is taken again.
 */
export async function tryOnSample({ root }: Headlight, command?: unknown): Promise<void> {
  // A link may name any command; those of others aren't for it.
  const tried =
    typeof command === 'string' && command.startsWith('headlight.') ? command : 'headlight.showAttention';
  const content = await fs.readFile(path.join(root, 'media/sample/welcome.md'), 'utf8');
  const title = titles[tried] ?? titleOfOthers;
  const example = exampleOf(content, title);
  const isThere = opened && !opened.isClosed && exampleOf(opened.getText(), title).text === example.text;
  opened = isThere ? opened : await vscode.workspace.openTextDocument({ language: 'markdown', content });
  const document = opened!;
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const range = rangeOf(document, exampleOf(document.getText(), title).span);
  editor.selection = selecting.includes(tried)
    ? new vscode.Selection(range.start, range.end)
    : new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  await vscode.commands.executeCommand(tried);
}

/** Says that a command needs a text, and offers to try it on the sample. */
export async function offerSample({ log }: Headlight, { message }: Hint, command: string): Promise<void> {
  log.info(message);
  const tryIt = vscode.l10n.t('Try It on a Sample');
  if ((await vscode.window.showWarningMessage(message, tryIt)) === tryIt)
    await vscode.commands.executeCommand(tryOnSampleCommand, command);
}

/** The paragraph behind the one that names the task; empty where the sample has been changed too much to find it. */
function exampleOf(sample: string, title: string): { span: Span; text: string } {
  const named = sample.indexOf(`**Headlight: ${title}**`);
  const instruction = paragraphAt(sample, Math.max(0, named));
  const below = /\S/.exec(sample.slice(instruction.end));
  const span =
    named < 0 || !below ? { start: 0, end: 0 } : paragraphAt(sample, instruction.end + below.index);
  return { span, text: sample.slice(span.start, span.end) };
}
