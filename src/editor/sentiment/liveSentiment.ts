import * as vscode from 'vscode';
import type { Headlight } from '../context';
import { isCancellation, showError } from '../errors';
import { isProse } from '../prose';
import { modelFor } from '../settings';
import { judge } from './judge';

const setting = 'headlight.sentiment.live';
/** A pause in typing this long is one to judge in, in milliseconds. */
const pause = 300;

type Parts = Pick<Headlight, 'engine' | 'log' | 'marks' | 'verdicts' | 'root' | 'languageHints'>;

interface Run {
  /** The version of the document that is, or will be, judged. */
  readonly version: number;
  readonly controller: AbortController;
}

/**
 * Judges the prose in sight as it changes, where the setting says so. Each sentence is judged once; a change ends the
 * work on the text as it was. Where the setting is off, nothing listens but to the settings.
 */
export class LiveSentiment implements vscode.Disposable {
  private readonly runs = new Map<vscode.TextDocument, Run>();
  private listening: vscode.Disposable | undefined;
  private readonly configuring: vscode.Disposable;

  constructor(private readonly parts: Parts) {
    this.configuring = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(setting) || event.affectsConfiguration('headlight.models.sentiment'))
        this.update();
    });
    this.update();
  }

  dispose(): void {
    this.configuring.dispose();
    this.stop();
  }

  private update(): void {
    this.stop();
    if (!isOnAnywhere()) return;
    this.listening = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isInSight(document)) this.schedule(document, pause);
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.lookAround()),
      vscode.workspace.onDidOpenTextDocument(() => this.lookAround()),
      vscode.workspace.onDidCloseTextDocument((document) => this.end(document)),
    );
    this.lookAround();
  }

  /** Ends the live mode everywhere, with its marks. */
  private stop(): void {
    this.listening?.dispose();
    this.listening = undefined;
    for (const document of [...this.runs.keys()]) this.end(document);
  }

  private end(document: vscode.TextDocument): void {
    this.runs.get(document)?.controller.abort();
    if (this.runs.delete(document) && this.parts.marks.of(document)?.isLive) this.parts.marks.clear(document);
  }

  private lookAround(): void {
    for (const { document } of vscode.window.visibleTextEditors)
      if (this.runs.get(document)?.version !== document.version) this.schedule(document, 0);
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    if (!isLive(document)) return this.end(document);
    this.runs.get(document)?.controller.abort();
    const controller = new AbortController();
    this.runs.set(document, { version: document.version, controller });
    const timer = setTimeout(() => void this.run(document, controller.signal), delay);
    controller.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  private async run(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const { root, log, languageHints } = this.parts;
    try {
      const model = modelFor('sentiment', root);
      await judge(this.parts, { document, model, priority: 'background', signal });
      void languageHints.read('sentiment', document.getText());
    } catch (error) {
      if (isCancellation(error)) return;
      // Said once: it would go wrong again at every pause. A change of the settings tries again.
      this.stop();
      void showError(log, error);
    }
  }
}

/** **Toggle Live Sentiment**: switches the setting, where it is set. */
export async function toggleLiveSentiment(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('headlight');
  const { workspaceValue } = configuration.inspect<boolean>('sentiment.live') ?? {};
  const target =
    workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  const on = !configuration.get('sentiment.live', false);
  await configuration.update('sentiment.live', on, target);
  vscode.window.setStatusBarMessage(
    on ? vscode.l10n.t('Live sentiment is on') : vscode.l10n.t('Live sentiment is off'),
    3000,
  );
}

function isLive(document: vscode.TextDocument): boolean {
  return (
    isProse(document) && vscode.workspace.getConfiguration('headlight', document).get('sentiment.live', false)
  );
}

function isOnAnywhere(): boolean {
  const configuration = vscode.workspace.getConfiguration('headlight');
  // Also where it is on for single languages only.
  const { languageIds = [] } = configuration.inspect('sentiment.live') ?? {};
  return configuration.get('sentiment.live', false) || languageIds.length > 0;
}

function isInSight(document: vscode.TextDocument): boolean {
  return vscode.window.visibleTextEditors.some((editor) => editor.document === document);
}
