import * as vscode from 'vscode';
import { rewritingOf } from '../../core/text/rewritings';
import type { InspectResult } from '../../protocol/engine';
import type { Headlight } from '../context';

/** The rewriting that was chosen last, kept for each workspace. */
const LAST = 'lastRewriting';

/**
 * What a model is told to do with a text. A model that was trained for one thing (Marian, a summariser) is told
 * nothing; of T5's tasks the user chooses, the last choice first.
 * @returns undefined when the list was left
 */
export async function chooseRewriting(
  { memory }: Headlight,
  { model, rewrites }: InspectResult,
): Promise<{ task: string | undefined } | undefined> {
  if (rewrites.length === 0) return { task: undefined };
  const { t } = vscode.l10n;
  const last = memory.get<string>(LAST);
  const items = [
    ...rewrites.map((task) => ({ task, label: labelOf(task) })),
    { task: undefined, label: t('As it is'), description: t('the model is told nothing') },
  ];
  const chosen = await vscode.window.showQuickPick(
    items.sort((a, b) => Number(b.task === last) - Number(a.task === last)),
    { title: t('What should {0} do with the text?', model) },
  );
  if (chosen) await memory.update(LAST, chosen.task);
  return chosen;
}

function labelOf(task: string): string {
  const { t } = vscode.l10n;
  const words = rewritingOf(task);
  if (words.kind === 'summarise') return t('Summarise');
  if (words.kind === 'other') return words.name;
  const names = new Intl.DisplayNames([vscode.env.language, 'en'], { type: 'language' });
  return t('Translate from {0} to {1}', names.of(words.from) ?? words.from, names.of(words.to) ?? words.to);
}
