import * as vscode from 'vscode';
import { bar, percent } from '../../core/text/figures';
import type { FollowedRegion } from '../../views/followedRegion';

const barWidth = 12;

/** A word that would fit somewhere. */
export interface FittingWord {
  readonly text: string;
  readonly probability: number;
}

/** Words under a heading of their own; one without a heading needs none. */
export interface WordGroup {
  readonly heading?: string | undefined;
  readonly words: readonly FittingWord[];
}

interface WordItem extends vscode.QuickPickItem {
  readonly word?: FittingWord;
}

export interface WordPick {
  readonly title: string;
  readonly placeholder: string;
  readonly groups: readonly WordGroup[];
  /** Called with the focused word. */
  readonly preview: (word: FittingWord | undefined) => void;
  /** The text around; the pick is left when it changes. */
  readonly region: FollowedRegion;
}

/** Lets the user choose a word; undefined when the pick was left. */
export async function pickWord(options: WordPick): Promise<FittingWord | undefined> {
  const { title, placeholder, groups, preview, region } = options;
  const pick = vscode.window.createQuickPick<WordItem>();
  pick.title = title;
  pick.placeholder = placeholder;
  const subscriptions: vscode.Disposable[] = [pick];
  try {
    return await new Promise((resolve) => {
      subscriptions.push(
        pick.onDidChangeActive(([item]) => preview(item?.word)),
        pick.onDidAccept(() => {
          const word = pick.activeItems[0]?.word;
          if (word) resolve(word);
        }),
        pick.onDidHide(() => resolve(undefined)),
        region.onLost(() => resolve(undefined)),
      );
      pick.items = groups.flatMap(({ heading, words }): WordItem[] => [
        ...(heading === undefined ? [] : [{ label: heading, kind: vscode.QuickPickItemKind.Separator }]),
        ...words.map((word) => ({
          label: word.text,
          description: `${percent(word.probability)}  ${bar(word.probability, barWidth)}`,
          word,
        })),
      ]);
      pick.show();
    });
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}
