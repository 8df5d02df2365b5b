import * as vscode from 'vscode';
import { percent } from '../../core/text/figures';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { activeEditor, rangeOf } from '../target';
import { isWeak, verdict, type JudgedJoint } from './flowMarks';

/** **Next Weak Joint**, after the cursor; after the last comes the first. */
export function nextWeakJoint(headlight: Headlight): void {
  goToWeak(headlight, (starts, cursor) => {
    const next = starts.findIndex((start) => start > cursor);
    return next < 0 ? 0 : next;
  });
}

/** **Previous Weak Joint**, before the cursor; before the first comes the last. */
export function previousWeakJoint(headlight: Headlight): void {
  goToWeak(headlight, (starts, cursor) => {
    const previous = starts.findLastIndex((start) => start < cursor);
    return previous < 0 ? starts.length - 1 : previous;
  });
}

/** **List Weak Joints**: each is shown in the text while it is focused; Escape goes back to where one was. */
export async function listWeakJoints(headlight: Headlight): Promise<void> {
  const editor = activeEditor();
  const weak = weakIn(headlight, editor.document);
  const before = editor.selection;
  const text = editor.document.getText();
  const items = weak.map((joint) => ({
    joint,
    label: `${percent(joint.isNext)}  ${snippet(text, joint)}`,
    description: vscode.l10n.t('line {0}', editor.document.positionAt(joint.second.start).line + 1),
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Weak joints'),
    placeHolder: vscode.l10n.t('Where the second passage may not follow the first'),
    onDidSelectItem: (item) => show(editor, (item as (typeof items)[number]).joint),
  });
  if (chosen) show(editor, chosen.joint);
  else {
    editor.selection = before;
    editor.revealRange(before);
  }
}

/** @param choose gives the index of one of the weak joints, by where they start */
function goToWeak(headlight: Headlight, choose: (starts: readonly number[], cursor: number) => number): void {
  const editor = activeEditor();
  const weak = weakIn(headlight, editor.document);
  const cursor = editor.document.offsetAt(editor.selection.active);
  const index = choose(
    weak.map(({ second }) => second.start),
    cursor,
  );
  const joint = weak[index]!;
  show(editor, joint);
  const which = vscode.l10n.t('Headlight: {0} of {1}, {2}', index + 1, weak.length, verdict(joint));
  vscode.window.setStatusBarMessage(which, 8000);
}

function weakIn({ flow }: Headlight, document: vscode.TextDocument): readonly JudgedJoint[] {
  const joints = flow.jointsOf(document);
  if (joints.length === 0)
    throw new Hint(vscode.l10n.t('No flow was checked in this text. Run Check Flow first.'));
  const weak = joints.filter(isWeak);
  if (weak.length === 0) throw new Hint(vscode.l10n.t('This text has no weak joint.'));
  return weak;
}

function show(editor: vscode.TextEditor, { first, second }: JudgedJoint): void {
  const at = editor.document.positionAt(second.start);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(
    rangeOf(editor.document, { start: first.end, end: second.start }),
    vscode.TextEditorRevealType.InCenterIfOutsideViewport,
  );
}

/** `…end of the first. ⚠ Start of the second…` */
function snippet(text: string, { first, second }: JudgedJoint): string {
  const flat = (part: string): string => part.replace(/\s+/g, ' ');
  const end = flat(text.slice(first.start, first.end)).slice(-40);
  const start = flat(text.slice(second.start, second.end)).slice(0, 40);
  return `…${end} \u26a0\ufe0e ${start}…`;
}
