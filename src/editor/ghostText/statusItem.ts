import * as vscode from 'vscode';
import type { GhostText, GhostTextState } from './ghostText';
import { isEnabled, isNamed, isOnFor, setEnabled, setLanguage } from './settings';

/** The switch of ghost text in the status bar: a click is for everywhere, the links in its hover for the language. */
export class GhostTextSwitch implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'headlight.ghostText',
    vscode.StatusBarAlignment.Right,
    89,
  );
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly ghostText: GhostText) {
    this.item.name = vscode.l10n.t('Headlight: Ghost Text');
    this.item.command = 'headlight.toggleGhostText';
    this.subscriptions = [
      this.item,
      ghostText.onDidChange(() => this.render()),
      vscode.window.onDidChangeActiveTextEditor(() => this.render()),
      vscode.workspace.onDidOpenTextDocument(() => this.render()), // a document's language may change
    ];
    this.render();
  }

  /** The item's text as it is on screen; undefined while it isn't there. */
  get text(): string | undefined {
    return isShown() ? this.item.text : undefined;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private render(): void {
    const { t } = vscode.l10n;
    const language = activeLanguage();
    const state = this.ghostText.state(language);
    const icons: Record<GhostTextState, string> = {
      on: '$(pencil)',
      off: `$(pencil) ${t('off')}`,
      paused: `$(pencil) ${t('paused')}`,
      failing: '$(warning)',
    };
    this.item.text = icons[state];
    const says = this.says(state, language);
    this.item.accessibilityInformation = { label: says, role: 'button' };
    const tooltip = new vscode.MarkdownString().appendText(says).appendMarkdown('\n\n');
    tooltip.isTrusted = {
      enabledCommands: [
        'headlight.toggleGhostText',
        'headlight.toggleGhostTextForLanguage',
        'headlight.showLog',
        'workbench.action.openSettings',
      ],
    };
    const links = [
      ...(isEnabled() && language !== undefined
        ? [
            `[${isOnFor(language) ? t('Switch off for {0}', language) : t('Switch on for {0}', language)}]` +
              '(command:headlight.toggleGhostTextForLanguage)',
          ]
        : []),
      `[${isEnabled() ? t('Switch off everywhere') : t('Switch on')}](command:headlight.toggleGhostText)`,
      ...(state === 'failing' ? [`[${t('Show Log')}](command:headlight.showLog)`] : []),
      `[${t('Settings')}](command:workbench.action.openSettings?%22headlight.ghostText%22)`,
    ];
    tooltip.appendMarkdown(links.join(' · '));
    this.item.tooltip = tooltip;
    if (isShown()) this.item.show();
    else this.item.hide();
  }

  private says(state: GhostTextState, language: string | undefined): string {
    const { t } = vscode.l10n;
    switch (state) {
      case 'on':
        return t('Headlight ghost text is on.');
      case 'off':
        return isEnabled() && language !== undefined
          ? t('Headlight ghost text is off for {0}.', language)
          : t('Headlight ghost text is off.');
      case 'paused':
        return t('Headlight ghost text is paused while the machine runs on its battery.');
      case 'failing':
        return t('Headlight ghost text is failing: {0}', this.ghostText.failure ?? '');
    }
  }
}

/** **Toggle Ghost Text**: everywhere; where only the language at hand is off, that one on. */
export async function toggleGhostText(): Promise<void> {
  const language = activeLanguage();
  if (isEnabled() && language !== undefined && isNamed(language) && !isOnFor(language))
    await setLanguage(language, true);
  else await setEnabled(!isEnabled());
}

/** **Toggle Ghost Text for This Language**: that of the active document. */
export async function toggleGhostTextForLanguage(): Promise<void> {
  const language = activeLanguage();
  if (language === undefined) return;
  const on = !isOnFor(language);
  if (on && !isEnabled()) await setEnabled(true);
  await setLanguage(language, on);
}

function activeLanguage(): string | undefined {
  return vscode.window.activeTextEditor?.document.languageId;
}

/** Not beside code that nobody wants ghost text in. */
function isShown(): boolean {
  const language = activeLanguage();
  return language === undefined || isNamed(language);
}
