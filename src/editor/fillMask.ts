import * as vscode from 'vscode';
import { bar, percent } from '../core/text/figures';
import { replaced, type Replacement } from '../core/text/replace';
import type { Candidate, FillResult } from '../protocol/engine';
import { FollowedRegion } from '../views/followedRegion';
import type { Headlight } from './context';
import { Hint } from './errors';
import { FillingPreview } from './fillingPreview';
import { withProgress } from './progress';
import { modelFor } from './settings';
import { rangeOf, selectionOrParagraph } from './target';

const CANDIDATES = 12;
const BAR_WIDTH = 12;

/**
 * **Fill Mask**: asks for each mask of the selection or paragraph in turn, previews the focused candidate in
 * place, and writes all choices in one edit at the end. A choice is read by the model when it ranks the
 * candidates of the next mask.
 */
export async function fillMask(headlight: Headlight): Promise<void> {
  const target = selectionOrParagraph(vscode.l10n.t('fill its masks'));
  const model = modelFor('fill', headlight.root);
  const ask = (text: string, signal?: AbortSignal): Promise<FillResult> =>
    headlight.engine.request('fill', { model, text, top: CANDIDATES }, { priority: 'interactive', signal });

  const region = new FollowedRegion(target.document, target.span);
  const preview = new FillingPreview(target.editor);
  try {
    const first = await withProgress(
      headlight.engine,
      vscode.l10n.t('Headlight: reading the text'),
      (signal) => ask(target.text, signal),
    );
    const { masks, timing } = first;
    headlight.log.info(
      `fill: ${masks.length} masks, load ${timing.loadMs.toFixed(0)} ms, run ${timing.runMs.toFixed(0)} ms`,
    );
    if (!region.span) throw changedMeanwhile();
    const chosen = await pickFillings(
      first,
      async (fillings) => {
        const result = await ask(replaced(target.text, fillings));
        return result.masks[0]?.candidates ?? [];
      },
      (fillings) => {
        const offset = region.span?.start ?? 0;
        preview.show(fillings, offset);
        const last = fillings.at(-1);
        if (last) revealBelowPick(target.editor, last.start + offset);
      },
      region,
    );
    preview.show([], 0);
    const { span } = region;
    if (!span) throw changedMeanwhile();
    if (!chosen) return;
    const written = await target.editor.edit((edit) => {
      for (const { start, end, text } of chosen)
        edit.replace(rangeOf(target.document, { start: start + span.start, end: end + span.start }), text);
    });
    const after = span.end - span.start + replaced(target.text, chosen).length - target.text.length;
    if (!written || replaced(target.text, chosen) !== textAfter(target.document, span.start, after))
      throw new Hint(
        vscode.l10n.t('The mask could not be replaced: the document is read-only or was changed.'),
      );
  } finally {
    preview.dispose();
    region.dispose();
  }
}

function changedMeanwhile(): Hint {
  return new Hint(vscode.l10n.t('The text with the mask was changed meanwhile; nothing was written.'));
}

function textAfter(document: vscode.TextDocument, start: number, length: number): string {
  return document.getText(rangeOf(document, { start, end: start + length }));
}

/** The pick covers the upper part of the editor: what stands there is brought to the middle. */
function revealBelowPick(editor: vscode.TextEditor, offset: number): void {
  const { line } = editor.document.positionAt(offset);
  const visible = editor.visibleRanges[0];
  const middle = visible ? (visible.start.line + visible.end.line) / 2 : Infinity;
  const type = line < middle ? vscode.TextEditorRevealType.InCenter : vscode.TextEditorRevealType.Default;
  editor.revealRange(new vscode.Range(line, 0, line, 0), type);
}

interface CandidateItem extends vscode.QuickPickItem {
  readonly candidate: Candidate;
}

/**
 * One pick with a step for each mask of `first`; `undefined` when it was left.
 * @param candidatesAfter the candidates of the first mask that the given fillings leave open
 * @param preview called with the fillings as they would be with the focused candidate
 */
async function pickFillings(
  { masks, model }: FillResult,
  candidatesAfter: (fillings: Replacement[]) => Promise<Candidate[]>,
  preview: (fillings: Replacement[]) => void,
  region: FollowedRegion,
): Promise<Replacement[] | undefined> {
  const pick = vscode.window.createQuickPick<CandidateItem>();
  const fillings: Replacement[] = [];
  /** Candidates by step, so that going back asks nothing. */
  const seen: Candidate[][] = [masks[0]?.candidates ?? []];
  const step = (): number => fillings.length;
  const withFocused = (candidate: Candidate | undefined): Replacement[] => {
    const mask = masks[step()];
    return mask && candidate
      ? [...fillings, { start: mask.start, end: mask.end, text: candidate.text }]
      : [...fillings];
  };
  const showStep = (): void => {
    pick.step = step() + 1;
    pick.buttons = step() > 0 ? [vscode.QuickInputButtons.Back] : [];
    pick.value = '';
    pick.placeholder = placeholder(fillings, masks.length);
    pick.items = (seen[step()] ?? []).map(itemOf);
  };

  pick.title = vscode.l10n.t('Fill Mask with {0}', model);
  pick.totalSteps = masks.length > 1 ? masks.length : undefined;
  const subscriptions: vscode.Disposable[] = [pick];
  try {
    return await new Promise<Replacement[] | undefined>((resolve, reject) => {
      const accept = async (): Promise<void> => {
        const item = pick.activeItems[0];
        if (!item || pick.busy) return;
        const chosen = withFocused(item.candidate);
        if (chosen.length === masks.length) return resolve(chosen);
        fillings.splice(0, fillings.length, ...chosen);
        pick.busy = true;
        try {
          seen[step()] = await candidatesAfter(fillings);
        } finally {
          pick.busy = false;
        }
        showStep();
      };
      subscriptions.push(
        pick.onDidChangeActive(([item]) => preview(withFocused(item?.candidate))),
        pick.onDidAccept(() => void accept().catch(reject)),
        pick.onDidTriggerButton(() => {
          if (pick.busy) return;
          fillings.pop();
          showStep();
        }),
        pick.onDidHide(() => resolve(undefined)),
        region.onLost(() => resolve(undefined)),
      );
      showStep();
      pick.show();
    });
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

function placeholder(fillings: readonly Replacement[], total: number): string {
  if (total === 1) return vscode.l10n.t('Choose what stands at the mask');
  const mask = vscode.l10n.t('Choose what stands at mask {0} of {1}', fillings.length + 1, total);
  if (fillings.length === 0) return mask;
  const chosen = fillings.map(({ text }) => `“${text}”`).join(', ');
  return `${mask} · ${vscode.l10n.t('chosen: {0}', chosen)}`;
}

function itemOf(candidate: Candidate): CandidateItem {
  return {
    label: candidate.text.trim() === '' ? '␣' : candidate.text,
    description: `${percent(candidate.probability)}  ${bar(candidate.probability, BAR_WIDTH)}`,
    candidate,
  };
}
