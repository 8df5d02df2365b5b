import * as vscode from 'vscode';
import { bar, percent } from '../../core/text/figures';
import { shiftSpan, type Span } from '../../core/text/span';
import type { AnswerResult } from '../../protocol/engine';
import type { FollowedRegion } from '../../views/followedRegion';
import { rangeOf } from '../target';

const BAR_WIDTH = 12;
/** Of the text on each side of an answer that its row shows, in UTF-16 units. */
const CONTEXT = 40;

interface AnswerItem extends vscode.QuickPickItem {
  /** Where it stands in the text that was read; none for "no answer". */
  readonly span?: Span;
}

/**
 * Selects the best answer in the editor and lists the others with their scores; the focused one is selected. Enter
 * keeps it, Escape brings the former selection back.
 * @param region where `text` stands in the document
 */
export async function pickAnswer(
  editor: vscode.TextEditor,
  region: FollowedRegion,
  question: string,
  text: string,
  result: AnswerResult,
): Promise<void> {
  const before = editor.selections;
  const pick = vscode.window.createQuickPick<AnswerItem>();
  pick.title = vscode.l10n.t('{0} (by {1})', question, result.model);
  pick.placeholder = vscode.l10n.t('Where the text answers; Enter keeps the selection');
  const subscriptions: vscode.Disposable[] = [pick];
  const show = (span: Span | undefined): void => {
    if (!region.span) return;
    if (!span) {
      editor.selections = before;
      return;
    }
    const range = rangeOf(editor.document, shiftSpan(span, region.span.start));
    editor.selection = new vscode.Selection(range.start, range.end);
    // The list covers the upper part of the editor.
    editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  };
  try {
    const kept = await new Promise<boolean>((resolve) => {
      subscriptions.push(
        pick.onDidChangeActive(([item]) => show(item?.span)),
        pick.onDidAccept(() => resolve(pick.activeItems.length > 0)),
        pick.onDidHide(() => resolve(false)),
        region.onLost(() => resolve(true)),
      );
      pick.items = itemsOf(editor.document, text, region.span?.start ?? 0, result);
      pick.show();
    });
    if (!kept) editor.selections = before;
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

function itemsOf(
  document: vscode.TextDocument,
  text: string,
  offset: number,
  { answers, noAnswer }: AnswerResult,
): AnswerItem[] {
  const { t } = vscode.l10n;
  const figure = (score: number): string => `${percent(score)}  ${bar(score, BAR_WIDTH)}`;
  const items = answers.map((answer) => ({
    score: answer.score,
    label: answer.text.replace(/\s+/g, ' '),
    description: `${figure(answer.score)}  ${t('line {0}', document.positionAt(answer.start + offset).line + 1)}`,
    detail: around(text, answer),
    span: answer,
  }));
  const none = {
    score: noAnswer ?? 0,
    label: `$(circle-slash) ${t('The text has no answer')}`,
    description: figure(noAnswer ?? 0),
  };
  // A model that was trained for it says that there is no answer where that is the most probable.
  const all: (AnswerItem & { score: number })[] = noAnswer === null ? items : [...items, none];
  return all.sort((a, b) => b.score - a.score);
}

/** An answer with some of the text around it, in one line. */
function around(text: string, { start, end }: Span): string {
  const from = Math.max(0, start - CONTEXT);
  const to = Math.min(text.length, end + CONTEXT);
  const line = text.slice(from, to).replace(/\s+/g, ' ').trim();
  return `${from > 0 ? '…' : ''}${line}${to < text.length ? '…' : ''}`;
}
