import * as vscode from 'vscode';
import type { Headlight } from '../context';
import type { GhostText, GhostTextState } from './ghostText';
import { isEnabled, isNamed, isOnFor, setEnabled, setLanguage } from './settings';

/** Of the box for commit messages, which is never the active text editor. */
const boxLanguage = 'scminput';

/**
 * The switch of ghost text in the status bar: a click is for everywhere, the links in its hover for the language at
 * hand: that of the active document, or of the box for commit messages from when something is written there until the
 * cursor is in an editor again.
 */
export class GhostTextSwitch implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'headlight.ghostText',
    vscode.StatusBarAlignment.Right,
    89,
  );
  private readonly subscriptions: vscode.Disposable[];
  private isInBox = false;

  constructor(private readonly ghostText: GhostText) {
    this.item.name = vscode.l10n.t('Headlight: Ghost Text');
    this.item.command = 'headlight.toggleGhostText';
    this.subscriptions = [
      this.item,
      ghostText.onDidChange(() => this.render()),
      vscode.window.onDidChangeActiveTextEditor(() => this.goTo(false)),
      vscode.window.onDidChangeTextEditorSelection(() => this.isInBox && this.goTo(false)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.languageId !== boxLanguage || contentChanges.length === 0) return;
        // Git empties the box after a commit: nobody writes there then.
        const isWritten = document.getText() !== '';
        if (isWritten !== this.isInBox) this.goTo(isWritten);
      }),
      vscode.workspace.onDidCloseTextDocument(
        ({ languageId }) => languageId === boxLanguage && this.goTo(false),
      ),
      vscode.workspace.onDidOpenTextDocument(() => this.render()), // a document's language may change
    ];
    this.render();
  }

  /** The item's text as it is on screen; undefined while it isn't there. */
  get text(): string | undefined {
    return this.isShown ? this.item.text : undefined;
  }

  /** The language at hand; undefined where there is none. */
  get language(): string | undefined {
    return this.isInBox ? boxLanguage : vscode.window.activeTextEditor?.document.languageId;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Not beside code that nobody wants ghost text in. */
  private get isShown(): boolean {
    return this.language === undefined || isNamed(this.language);
  }

  private goTo(box: boolean): void {
    this.isInBox = box;
    this.render();
  }

  private render(): void {
    const { t } = vscode.l10n;
    const { language } = this;
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
    if (this.isShown) this.item.show();
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
export async function toggleGhostText({ ghostTextSwitch: { language } }: Headlight): Promise<void> {
  if (isEnabled() && language !== undefined && isNamed(language) && !isOnFor(language))
    await setLanguage(language, true);
  else await setEnabled(!isEnabled());
}

/** **Toggle Ghost Text for This Language**: the one at hand. */
export async function toggleGhostTextForLanguage({
  ghostTextSwitch: { language },
}: Headlight): Promise<void> {
  if (language === undefined) return;
  const on = !isOnFor(language);
  if (on && !isEnabled()) await setEnabled(true);
  await setLanguage(language, on);
}
