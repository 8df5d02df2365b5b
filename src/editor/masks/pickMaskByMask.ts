import * as vscode from 'vscode';
import { bar, percent } from '../../core/text/figures';
import type { Replacement } from '../../core/text/replace';
import type { Span } from '../../core/text/span';
import type { FollowedRegion } from '../../views/followedRegion';
import type { FittingWord } from './pickWord';

const barWidth = 12;

interface WordItem extends vscode.QuickPickItem {
  readonly word: FittingWord;
}

/** What may stand at a mask. */
export interface StepWords {
  readonly words: readonly FittingWord[];
  /** True when the text is longer than the model's window. */
  readonly truncated: boolean;
}

export interface MaskByMaskPick {
  readonly title: string;
  readonly masks: readonly Span[];
  /** The words for the first mask that the given fillings leave open. */
  readonly candidatesAfter: (fillings: readonly Replacement[], signal: AbortSignal) => Promise<StepWords>;
  /** Called with the fillings as they would be with the focused word. */
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
  const pick = vscode.window.createQuickPick<WordItem>();
  const fillings: Replacement[] = [];
  /** Words by step, so that going back asks nothing. */
  const seen: StepWords[] = [];
  const step = (): number => fillings.length;
  const withFocused = (word: FittingWord | undefined): Replacement[] => {
    const mask = masks[step()];
    return mask && word
      ? [...fillings, { start: mask.start, end: mask.end, text: word.text }]
      : [...fillings];
  };
  const showWords = (): void => {
    pick.placeholder = placeholder(fillings, masks.length, seen[step()]?.truncated ?? false);
    pick.items = (seen[step()]?.words ?? []).map(itemOf);
  };
  const showStep = (): void => {
    pick.step = step() + 1;
    pick.buttons = step() > 0 ? [vscode.QuickInputButtons.Back] : [];
    pick.value = '';
    showWords();
  };

  pick.title = title;
  pick.totalSteps = masks.length;
  const leaving = new AbortController();
  const subscriptions: vscode.Disposable[] = [pick];
  try {
    return await new Promise<Replacement[] | undefined>((resolve, reject) => {
      const ask = async (): Promise<void> => {
        showStep();
        pick.busy = true;
        try {
          seen[step()] = await candidatesAfter(fillings, leaving.signal);
        } finally {
          pick.busy = false;
        }
        // What was typed meanwhile stays, to find a word among them.
        showWords();
      };
      const accept = async (): Promise<void> => {
        const item = pick.activeItems[0];
        if (!item || pick.busy) return;
        const chosen = withFocused(item.word);
        if (chosen.length === masks.length) return resolve(chosen);
        fillings.splice(0, fillings.length, ...chosen);
        seen.length = step();
        await ask();
      };
      subscriptions.push(
        pick.onDidChangeActive(([item]) => preview(withFocused(item?.word))),
        pick.onDidAccept(() => void accept().catch(reject)),
        pick.onDidTriggerButton(() => {
          if (pick.busy) return;
          fillings.pop();
          showStep();
        }),
        pick.onDidHide(() => resolve(undefined)),
        region.onLost(() => resolve(undefined)),
      );
      pick.show();
      void ask().catch(reject);
    });
  } finally {
    leaving.abort();
    for (const subscription of subscriptions) subscription.dispose();
  }
}

/** Said of a text that is longer than the model's window. */
export function readAround(): string {
  return vscode.l10n.t(
    'the text is longer than what the model can read at once; it read what stands around the masks',
  );
}

function placeholder(fillings: readonly Replacement[], total: number, truncated: boolean): string {
  const parts = [vscode.l10n.t('Choose what stands at mask {0} of {1}', fillings.length + 1, total)];
  if (fillings.length > 0)
    parts.push(vscode.l10n.t('chosen: {0}', fillings.map(({ text }) => `“${text}”`).join(', ')));
  if (truncated) parts.push(readAround());
  return parts.join(' · ');
}

function itemOf(word: FittingWord): WordItem {
  return {
    label: word.text,
    description: `${percent(word.probability)}  ${bar(word.probability, barWidth)}`,
    word,
  };
}
