import * as path from 'node:path';
import * as vscode from 'vscode';
import { megabytes } from '../../models/add';
import { exportModel } from '../../models/exchange';
import { removeModel, removeQuarantined } from '../../models/remove';
import type { StoredModel } from '../../models/store';
import { verifyModel } from '../../models/verify';
import { localized, tasksText } from '../../views/localized';
import type { ModelNode } from '../../views/modelsTree';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { forgetChoice } from './chooseModel';
import { withTransferProgress } from './transferProgress';

/** **Remove Model…**: removes a model's files from the store, after asking. */
export async function removeModelCommand(headlight: Headlight, node?: ModelNode): Promise<void> {
  const { t } = vscode.l10n;
  const remove = t('Remove');
  const ask = async (name: string, detail: string): Promise<boolean> =>
    (await vscode.window.showWarningMessage(t('Remove {0}?', name), { modal: true, detail }, remove)) ===
    remove;
  try {
    if (node?.kind === 'quarantined') {
      const { model } = node;
      if (await ask(model.id, t('It is in quarantine: {0}', localized(model.reason))))
        await removeQuarantined(headlight.store, model);
      return;
    }
    const model =
      node?.kind === 'incomplete' ? node.model : await storedModel(headlight, node, t('Remove which model?'));
    if (
      !model ||
      !(await ask(model.id, t('{0} in {1}', megabytes(model.bytes), path.join(model.folder, '../..'))))
    )
      return;
    // An opened model holds its file; work that is under way goes on to its end first.
    if (headlight.engine.pid !== undefined)
      await headlight.engine.request('unload', {}, { priority: 'background' });
    const { freed, left } = await removeModel(headlight.store, model.id);
    const changed = await forgetChoice(model.folder);
    headlight.log.info(`removed ${model.id}; left: ${left.join(', ') || 'nothing'}`);
    const reset = tasksText(changed);
    void vscode.window.showInformationMessage(
      [
        t('{0} was removed: {1} freed.', model.id, megabytes(freed)),
        ...(reset === '' ? [] : [t('To {0} the embedded model is used again.', reset)]),
        ...(left.length === 0 ? [] : [t('Not part of it, and left: {0}', left.join(', '))]),
      ].join(' '),
    );
  } finally {
    headlight.models.refresh();
  }
}

/** **Verify Model**: reads all files of a model and compares their hashes with the Hub's. */
export async function verifyModelCommand(headlight: Headlight, node?: ModelNode): Promise<void> {
  const { t } = vscode.l10n;
  const model = await storedModel(headlight, node, t('Verify which model?'));
  if (!model) return;
  const { checked, wrong } = await withTransferProgress(
    t('Headlight: verifying {0}', model.id),
    (signal, onProgress) =>
      verifyModel(model.folder, model.record, {
        signal,
        onBytes: (done, total) => onProgress({ done, total }),
      }),
  );
  headlight.log.info(`verified ${model.id}: ${wrong.length} of ${checked} files are wrong`);
  if (wrong.length === 0)
    return void vscode.window.showInformationMessage(
      t('{0}: all {1} files are as recorded.', model.id, checked),
    );
  const list = wrong.map(({ path: name, how }) =>
    how === 'missing' ? t('{0} is missing', name) : t('{0} was changed', name),
  );
  const again = t('Fetch Again');
  const message = t('{0} is damaged: {1}.', model.id, list.join(', '));
  const remedies = model.record.source === 'hub' ? [again] : [];
  void vscode.window.showErrorMessage(message, ...remedies).then((answer) => {
    if (answer === again) void vscode.commands.executeCommand('headlight.addModel', model.id);
  });
}

/** **Export Model…**: into a .zip file that another machine's Headlight adds. */
export async function exportModelCommand(
  headlight: Headlight,
  node?: ModelNode,
  to?: vscode.Uri,
): Promise<void> {
  const { t } = vscode.l10n;
  const model = await storedModel(headlight, node, t('Export which model?'));
  if (!model) return;
  const target =
    to ??
    (await vscode.window.showSaveDialog({
      title: t('Export {0}', model.id),
      defaultUri: vscode.Uri.file(
        path.join(path.dirname(headlight.store), `${model.id.replace('/', '-')}.zip`),
      ),
      filters: { Zip: ['zip'] },
    }));
  if (!target) return;
  await withTransferProgress(t('Headlight: exporting {0}', model.id), (signal, onProgress) =>
    exportModel(model.folder, model.record, target.fsPath, { signal, onProgress }),
  );
  void vscode.window.showInformationMessage(t('{0} was exported to {1}.', model.id, target.fsPath));
}

/** The model of the store that a command is about: the tree's, else one that is picked. */
async function storedModel(
  { models }: Headlight,
  node: ModelNode | undefined,
  title: string,
): Promise<StoredModel | undefined> {
  if (node?.kind === 'model') {
    if (node.model.stored) return node.model.stored;
    throw new Hint(
      vscode.l10n.t(
        "{0} isn't in Headlight's store: only what Headlight fetched itself can be changed here.",
        node.model.id,
      ),
    );
  }
  const stored = (await models.inventory()).models.flatMap((model) => model.stored ?? []);
  if (stored.length === 0)
    throw new Hint(vscode.l10n.t('No model was added yet. Use Headlight: Add Model….'));
  const items = stored.map((model) => ({ model, label: model.id, description: megabytes(model.bytes) }));
  return (await vscode.window.showQuickPick(items, { title }))?.model;
}
