import * as vscode from 'vscode';
import { joints, type Joint } from '../../core/text/joints';
import { trimmed } from '../../core/text/paragraph';
import { shiftSpan, type Span } from '../../core/text/span';
import { FollowedRegion } from '../../views/followedRegion';
import type { Headlight } from '../context';
import { Hint, isCancellation } from '../errors';
import { modelForTask } from '../models/taskModel';
import { withProgress } from '../progress';
import { activeEditor } from '../target';
import { isWeak } from './flowMarks';
import { listWeakJoints } from './weakJoints';

/** Joints that are judged before their marks appear; what is cancelled keeps those it has. */
const AT_ONCE = 8;

/**
 * **Check Flow**: judges each two neighbouring sentences, and each two paragraphs, of the selection or the whole text,
 * and marks the joints where the second doesn't seem to follow the first.
 */
export async function checkFlow(headlight: Headlight): Promise<void> {
  const { engine, flow, log } = headlight;
  const { document, region, found } = jointsToCheck();
  const model = await modelForTask(headlight, 'nextSentence');
  if (model === undefined) return;
  const text = document.getText().slice(region.start, region.end);
  const passage = ({ start, end }: Span): string => text.slice(start, end);
  const followed = new FollowedRegion(document, region);
  flow.clear(document);
  let done = 0;
  let weak = 0;
  try {
    await withProgress(engine, vscode.l10n.t('Headlight: checking the flow'), async (signal, report) => {
      for (; done < found.length; done = Math.min(done + AT_ONCE, found.length)) {
        const asked = found.slice(done, done + AT_ONCE);
        const before = done;
        const { isNext, head, timing } = await engine.request(
          'nextSentence',
          {
            model,
            pairs: asked.map(({ first, second }) => ({ first: passage(first), second: passage(second) })),
          },
          {
            priority: 'background',
            signal,
            onPartial: (part) => report(vscode.l10n.t('{0} of {1} joints', before + part.done, found.length)),
          },
        );
        log.info(
          `flow: ${asked.length} joints, load ${timing.loadMs.toFixed(0)} ms, run ${timing.runMs.toFixed(0)} ms`,
        );
        const { span } = followed;
        if (!span)
          throw new Hint(vscode.l10n.t('The text was changed meanwhile; the rest of it was not checked.'));
        const judged = asked.map((joint, index) => ({
          kind: joint.kind,
          first: shiftSpan(joint.first, span.start),
          second: shiftSpan(joint.second, span.start),
          isNext: isNext[index]!,
          tells: head,
        }));
        weak += judged.filter(isWeak).length;
        flow.add(document, judged);
      }
    });
  } catch (error) {
    if (!isCancellation(error) || done === 0) throw error;
  } finally {
    followed.dispose();
  }
  void tell(headlight, weak, done, found.length);
}

interface Check {
  readonly document: vscode.TextDocument;
  readonly region: Span;
  readonly found: readonly Joint[];
}

function jointsToCheck(): Check {
  const { document, selection } = activeEditor();
  const text = document.getText();
  const region = selection.isEmpty
    ? { start: 0, end: text.length }
    : trimmed(text, { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) });
  const found = joints(text.slice(region.start, region.end));
  if (found.length > 0) return { document, region, found };
  throw new Hint(
    selection.isEmpty
      ? vscode.l10n.t('There is nothing to check here: a text needs at least two sentences in a row.')
      : vscode.l10n.t('There is nothing to check here: select at least two sentences in a row.'),
  );
}

async function tell(headlight: Headlight, weak: number, done: number, all: number): Promise<void> {
  const { t } = vscode.l10n;
  const rest = done < all ? ' ' + t('{0} were not checked.', all - done) : '';
  if (weak === 0) {
    await vscode.window.showInformationMessage(t('Flow: no weak joint among {0}.', done) + rest);
    return;
  }
  const list = t('List Them');
  const message = t('Flow: {0} of {1} joints are weak.', weak, done) + rest;
  if ((await vscode.window.showInformationMessage(message, list)) === list) await listWeakJoints(headlight);
}

/** Takes the marks of the active document away. */
export function clearFlow({ flow }: Headlight): void {
  const document = vscode.window.activeTextEditor?.document;
  if (document) flow.clear(document);
}
