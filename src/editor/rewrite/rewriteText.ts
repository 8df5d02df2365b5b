import * as vscode from 'vscode';
import { pieces } from '../../core/text/pieces';
import type { Span } from '../../core/text/span';
import type { RewriteResult } from '../../protocol/engine';
import type { Headlight } from '../context';
import { isCancellation } from '../errors';
import { whileGenerating } from '../generating';
import { modelForTask } from '../models/taskModel';
import { selectionOrParagraph } from '../target';
import { chooseRewriting } from './chooseRewriting';
import type { Proposal } from './proposal';

/** A token is rarely shorter than this, in UTF-16 units: what is within the window by it is read as a whole. */
const UNITS_PER_TOKEN = 3;

/**
 * **Rewrite**: an encoder-decoder writes the selection or paragraph anew (a translation, a summary, or what it was
 * trained for) into a diff beside it, which is then accepted or dropped. A long text is rewritten paragraph by
 * paragraph; what is done when it is stopped is kept in the diff.
 */
export async function rewriteText(headlight: Headlight): Promise<void> {
  const { engine, rewrites } = headlight;
  const target = selectionOrParagraph(vscode.l10n.t('rewrite it'));
  const model = await modelForTask(headlight, 'rewrite');
  if (model === undefined) return;
  const inspected = await engine.request('inspect', { model });
  const chosen = await chooseRewriting(headlight, inspected);
  if (!chosen) return;
  const parts = pieces(target.text, inspected.window * UNITS_PER_TOKEN);
  const proposal = await rewrites.open(target);
  let done = 0;
  let isCut = false;
  const writing = whileGenerating(engine, vscode.l10n.t('Headlight: rewriting'), async (signal, report) => {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    signal.addEventListener('abort', stop);
    const ending = proposal.onEnd(stop);
    try {
      for (const [index, part] of parts.entries()) {
        const which = parts.length > 1 ? vscode.l10n.t('{0} of {1}: ', index + 1, parts.length) : '';
        // By beam search a part comes as a whole, when it is done.
        if (parts.length > 1) report(vscode.l10n.t('{0} of {1} parts of the text', index + 1, parts.length));
        const result = await rewritePart(headlight, proposal, part, {
          model,
          task: chosen.task,
          signal: controller.signal,
          report: (tokens) => report(which + vscode.l10n.t('{0} tokens', tokens)),
        });
        if (!result) break;
        done++;
        isCut ||= result.truncated;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      ending.dispose();
    }
  });
  try {
    await writing;
  } catch (error) {
    // What was written before stays to be judged; an empty diff would only be in the way.
    if (done === 0 && rewrites.proposal === proposal) await rewrites.drop();
    throw error;
  }
  if (rewrites.proposal === proposal) void tell(headlight, proposal, { done, all: parts.length, isCut });
}

interface Run {
  readonly model: string;
  readonly task: string | undefined;
  readonly signal: AbortSignal;
  readonly report: (tokens: number) => void;
}

/** Rewrites one part into the proposal; undefined when it was stopped, and the part stays as it was. */
async function rewritePart(
  { engine, log, rewrites }: Headlight,
  proposal: Proposal,
  part: Span,
  { model, task, signal, report }: Run,
): Promise<RewriteResult | undefined> {
  const text = proposal.original.slice(part.start, part.end).replace(/\r\n?/g, '\n');
  let received = '';
  let tokens = 0;
  try {
    const result = await engine.request(
      'rewrite',
      { model, text, ...(task !== undefined && { task }) },
      {
        priority: 'background',
        signal,
        onPartial: (partial) => {
          received += partial.text;
          report(++tokens);
          proposal.grow(part, received.trimStart());
          rewrites.redraw();
        },
      },
    );
    const { loadMs, prefillMs, decodeMs } = result.timing;
    log.info(
      `rewrite: ${result.tokens.length} tokens (${result.finish}), load ${loadMs.toFixed(0)} ms, ` +
        `reading ${prefillMs.toFixed(0)} ms, writing ${decodeMs.toFixed(0)} ms`,
    );
    proposal.finish(part, result.text.trim());
    return result;
  } catch (error) {
    proposal.grow(part, undefined);
    if (isCancellation(error)) return undefined;
    throw error;
  } finally {
    rewrites.redraw();
  }
}

interface Outcome {
  readonly done: number;
  readonly all: number;
  /** Whether a part was longer than the model reads at once. */
  readonly isCut: boolean;
}

async function tell(
  { rewrites }: Headlight,
  proposal: Proposal,
  { done, all, isCut }: Outcome,
): Promise<void> {
  const { t } = vscode.l10n;
  if (done === 0 || !proposal.isChanged) {
    if (done > 0) void vscode.window.showInformationMessage(t('The model would leave the text as it is.'));
    await rewrites.drop();
    return;
  }
  const notes = [
    done < all ? t('{0} of {1} parts were rewritten.', done, all) : t('The text was rewritten.'),
    ...(isCut ? [t('A sentence was longer than the model reads at once; its end was left out.')] : []),
  ];
  const accept = t('Accept');
  const drop = t('Drop');
  const answer = await vscode.window.showInformationMessage(notes.join(' '), accept, drop);
  // Meanwhile it may have been accepted in the diff, or another one opened.
  if (rewrites.proposal !== proposal) return;
  if (answer === accept) await vscode.commands.executeCommand('headlight.acceptRewrite');
  else if (answer === drop) await rewrites.drop();
}

/** **Accept Rewrite** */
export async function acceptRewrite({ rewrites }: Headlight): Promise<void> {
  await rewrites.accept();
}

/** **Drop Rewrite** */
export async function dropRewrite({ rewrites }: Headlight): Promise<void> {
  await rewrites.drop();
}
