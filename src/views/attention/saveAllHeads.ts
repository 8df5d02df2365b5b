import * as vscode from 'vscode';
import type { Shaping } from '../../core/attention/grouping';
import { npy } from '../../core/npy';
import type { Reading } from './reading';
import { writeFile } from './saveFile';

/**
 * Writes the matrices of all heads as one NumPy array [layers, heads, queries, keys], with progress and cancel; the page
 * may go.
 */
export async function saveAllHeads(uri: vscode.Uri, reading: Reading, shaping: Shaping): Promise<void> {
  const { layers, heads } = await reading.result();
  const { queries, keys } = await reading.ask('attentionPictures', { shaping });
  const all: Float32Array[] = [];
  const title = vscode.l10n.t('Headlight: saving the attention of all heads');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const whole = await vscode.window.withProgress(options, async (progress, token) => {
    for (let index = 0; index < layers * heads; index++) {
      if (token.isCancellationRequested) return false;
      const head = { layer: Math.floor(index / heads), head: index % heads };
      const source = { kind: 'heads' as const, heads: [head], combine: 'mean' as const };
      const { weights } = await reading.ask('attentionMatrix', { source, shaping });
      all.push(weights);
      progress.report({ increment: 100 / (layers * heads) });
    }
    return true;
  });
  if (whole) await writeFile(uri, npy(all, [layers, heads, queries.length, keys.length]));
}
