import * as vscode from 'vscode';
import { bar, percent } from '../../core/text/figures';
import type { Replacement } from '../../core/text/replace';
import type { Candidate, FillResult } from '../../protocol/engine';
import type { FollowedRegion } from '../../views/followedRegion';

const barWidth = 12;

interface CandidateItem extends vscode.QuickPickItem {
  readonly candidate: Candidate;
}

export interface MaskByMaskPick {
  readonly title: string;
  readonly masks: FillResult['masks'];
  /** The candidates of the first mask that the given fillings leave open. */
  readonly candidatesAfter: (fillings: readonly Replacement[], signal: AbortSignal) => Promise<Candidate[]>;
  /** Called with the fillings as they would be with the focused candidate. */
  readonly preview: (fillings: readonly Replacement[]) => void;
  /** The text with the masks; the pick is left when it changes. */
  readonly region: FollowedRegion;
}

/** One pick with a step for each mask, each choice read by the model before the next; undefined when it was left. */
export async function pickMaskByMask({
  title,
  masks,
  candidatesAfter,
  preview,
  region,
}: MaskByMaskPick): Promise<Replacement[] | undefined> {
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

  pick.title = title;
  pick.totalSteps = masks.length;
  const leaving = new AbortController();
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
          seen[step()] = await candidatesAfter(fillings, leaving.signal);
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
    leaving.abort();
    for (const subscription of subscriptions) subscription.dispose();
  }
}

function placeholder(fillings: readonly Replacement[], total: number): string {
  const mask = vscode.l10n.t('Choose what stands at mask {0} of {1}', fillings.length + 1, total);
  if (fillings.length === 0) return mask;
  const chosen = fillings.map(({ text }) => `“${text}”`).join(', ');
  return `${mask} · ${vscode.l10n.t('chosen: {0}', chosen)}`;
}

function itemOf(candidate: Candidate): CandidateItem {
  return {
    label: candidate.text.trim() === '' ? '␣' : candidate.text,
    description: `${percent(candidate.probability)}  ${bar(candidate.probability, barWidth)}`,
    candidate,
  };
}
