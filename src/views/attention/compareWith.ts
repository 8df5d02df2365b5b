import * as vscode from 'vscode';
import { familyNames } from '../../core/families';
import { trimmed } from '../../core/text/paragraph';
import type { Inventory } from '../../models/places';
import type { Comparison } from '../../protocol/view';
import type { ViewSource } from '../../protocol/viewState';
import { localized } from '../localized';

/** Asks the user what a text is compared with; `undefined` when they changed their mind. */
export async function compareWith(
  what: Comparison,
  shown: ViewSource,
  inventory: () => Promise<Inventory>,
): Promise<ViewSource | undefined> {
  if (what === 'head') return shown;
  if (what === 'model') {
    const model = await chooseModel(inventory);
    // Its windows are others, and so may be its parts.
    const { part: _, ...source } = shown;
    return model === undefined ? undefined : { ...source, model, window: 0 };
  }
  return chooseText(shown);
}

async function chooseModel(inventory: () => Promise<Inventory>): Promise<string | undefined> {
  const { models } = await inventory();
  const items = models
    .filter(({ family }) => family.tasks.includes('attention'))
    .map(({ id, family, folder }) => ({
      label: id,
      description: localized(familyNames[family.name]),
      detail: folder,
      folder,
    }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Compare with which model?'),
    matchOnDescription: true,
  });
  return picked?.folder;
}

/** The selection of an editor, where it is another text than the one shown, or what the user writes. */
async function chooseText(shown: ViewSource): Promise<ViewSource | undefined> {
  const selected = vscode.window.visibleTextEditors.flatMap(({ document, selection }) => {
    const all = document.getText();
    const span = trimmed(all, {
      start: document.offsetAt(selection.start),
      end: document.offsetAt(selection.end),
    });
    const text = all.slice(span.start, span.end);
    return text !== '' && text !== shown.text ? [{ uri: document.uri.toString(), text, ...span }] : [];
  })[0];
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Compare with which text?'),
    prompt: vscode.l10n.t('The text is read by the same model and shown on the right.'),
    value: selected?.text ?? shown.text,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('Write a text.') : undefined),
  });
  if (text === undefined) return undefined;
  const { model, part } = shown;
  const place = selected?.text === text ? selected : { uri: '', start: 0, end: text.length, text };
  return { ...place, model, window: 0, ...(part && { part }) };
}
