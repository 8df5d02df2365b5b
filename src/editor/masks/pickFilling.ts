import * as vscode from 'vscode';
import { bar, percent } from '../../core/text/figures';
import type { Filling } from '../../protocol/engine';
import type { FollowedRegion } from '../../views/followedRegion';

const barWidth = 12;

interface FillingItem extends vscode.QuickPickItem {
  readonly filling: Filling;
}

export interface FillingPick {
  readonly title: string;
  readonly placeholder: string;
  readonly fillings: readonly Filling[];
  /** Called with the focused filling. */
  readonly preview: (filling: Filling | undefined) => void;
  /** The text with the masks; the pick is left when it changes. */
  readonly region: FollowedRegion;
}

/**
 * Lets the user choose how all masks are filled.
 * @returns the filling, `'one by one'` when the masks are to be chosen for one after the other, undefined when the
 *   pick was left
 */
export async function pickFilling({
  title,
  placeholder,
  fillings,
  preview,
  region,
}: FillingPick): Promise<Filling | 'one by one' | undefined> {
  const pick = vscode.window.createQuickPick<FillingItem>();
  const oneByOne: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('list-ordered'),
    tooltip: vscode.l10n.t('Choose Mask by Mask'),
  };
  pick.title = title;
  pick.placeholder = placeholder;
  pick.matchOnDescription = false;
  if ((fillings[0]?.masks.length ?? 0) > 1) pick.buttons = [oneByOne];
  const subscriptions: vscode.Disposable[] = [pick];
  try {
    return await new Promise((resolve) => {
      subscriptions.push(
        pick.onDidChangeActive(([item]) => preview(item?.filling)),
        pick.onDidAccept(() => {
          const [item] = pick.activeItems;
          if (item) resolve(item.filling);
        }),
        pick.onDidTriggerButton(() => resolve('one by one')),
        pick.onDidHide(() => resolve(undefined)),
        region.onLost(() => resolve(undefined)),
      );
      pick.items = fillings.map(itemOf);
      pick.show();
    });
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

function itemOf(filling: Filling): FillingItem {
  const probability = Math.exp(filling.logprob);
  return {
    label: filling.masks.map(({ text }) => (text.trim() === '' ? '␣' : text)).join(' · '),
    description: `${percent(probability)}  ${bar(probability, barWidth)}`,
    filling,
  };
}
