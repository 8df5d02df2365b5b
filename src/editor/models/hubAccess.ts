import * as vscode from 'vscode';
import { environmentEndpoint, environmentToken } from '../../models/access';
import { checkEndpoint, type HubAccess } from '../../models/hubRequest';
import type { Headlight } from '../context';

/**
 * How to reach the Hub: the address of the settings or of HF_ENDPOINT; the token that was typed in for that address,
 * or HF_TOKEN. A token is kept and sent for one address only, so that another one never sees it.
 */
export async function hubAccess({ secrets }: Pick<Headlight, 'secrets'>): Promise<HubAccess> {
  const endpoint = endpointInUse();
  return { endpoint, token: (await secrets.get(secretOf(endpoint))) ?? environmentToken(endpoint) };
}

function endpointInUse(): string {
  const named = vscode.workspace.getConfiguration('headlight').get<string>('models.endpoint', '').trim();
  return named === '' ? environmentEndpoint() : checkEndpoint(named);
}

function secretOf(endpoint: string): string {
  return `headlight.hubToken ${new URL(endpoint).origin}`;
}

/** **Set Hub Token**: keeps a token in VS Code's secret storage; an empty one takes it out. */
export async function setHubToken({ secrets }: Headlight): Promise<void> {
  const endpoint = endpointInUse();
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t('Token for {0}', new URL(endpoint).host),
    prompt: vscode.l10n.t(
      'For gated and private models. Kept in the secret storage, sent to this host only. Empty: none.',
    ),
    placeHolder: 'hf_…',
    password: true,
    ignoreFocusOut: true,
  });
  if (token === undefined) return;
  if (token.trim() === '') await secrets.delete(secretOf(endpoint));
  else await secrets.store(secretOf(endpoint), token.trim());
}
