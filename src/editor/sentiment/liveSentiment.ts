import * as vscode from 'vscode';
import { editorInSight } from '../../views/editorInSight';
import { errorText } from '../../views/localized';
import type { Headlight } from '../context';
import { isCancellation, isRestart, showError } from '../errors';
import { isProse, proseIn } from '../prose';
import { modelFor } from '../settings';
import { judge } from './judge';

const setting = 'headlight.sentiment.live';
/** A pause in typing this long is one to judge in, in milliseconds. */
const pause = 300;
/** After a failure it rests for so many milliseconds: it would go wrong again at every pause. */
const restAfterFailure = 30_000;

type Parts = Pick<Headlight, 'engine' | 'log' | 'marks' | 'verdicts' | 'root' | 'languageHints'>;

interface Run {
  /** The version of the document that is, or will be, judged; undefined where that went wrong. */
  version: number | undefined;
  readonly controller: AbortController;
}

/**
 * Judges the prose in sight as it changes, where the setting says so. Each sentence is judged once; a change ends the
 * work on the text as it was. What an engine that is restarted was asked is asked again; what goes wrong is said once,
 * and the next change tries again after a rest. Where the setting is off, nothing listens but to the settings.
 */
export class LiveSentiment implements vscode.Disposable {
  private readonly runs = new Map<vscode.TextDocument, Run>();
  private listening: vscode.Disposable | undefined;
  /** What went wrong since it went well. */
  private failure: { readonly message: string; readonly until: number } | undefined;
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
    this.failure = undefined;
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
    const rest = (this.failure?.until ?? 0) - Date.now();
    const timer = setTimeout(() => void this.run(document, controller.signal), Math.max(delay, rest));
    controller.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  private async run(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const { root, languageHints } = this.parts;
    try {
      const model = modelFor('sentiment', root);
      const { timing } = await judge(this.parts, { document, model, priority: 'background', signal });
      // Without a timing all was known from before, which says nothing about the engine.
      if (timing) this.failure = undefined;
      void languageHints.read('sentiment', proseIn(document));
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return;
      if (isRestart(error)) return this.schedule(document, pause);
      this.fail(document, error);
    }
  }

  /** Says what went wrong unless that is known; marks that are there stay. */
  private fail(document: vscode.TextDocument, error: unknown): void {
    const message = errorText(error);
    const isKnown = this.failure?.message === message;
    this.failure = { message, until: Date.now() + restAfterFailure };
    const run = this.runs.get(document);
    if (run) run.version = undefined;
    if (!isKnown) void showError(this.parts.log, error);
  }
}

/**
 * **Toggle Live Sentiment**: switches the setting where the document that is looked at has it from, so that it is this
 * document that changes: for its language alone where the language has a setting of its own.
 */
export async function toggleLiveSentiment(): Promise<void> {
  const document = proseInSight();
  const configuration = vscode.workspace.getConfiguration('headlight', document);
  const { target, isOfLanguage } = whereSet(configuration);
  const on = !configuration.get('sentiment.live', false);
  await configuration.update('sentiment.live', on, target, isOfLanguage);
  vscode.window.setStatusBarMessage(said(on, isOfLanguage ? document?.languageId : undefined), 3000);
}

/** The active document where it is prose, else some other in sight that is. */
function proseInSight(): vscode.TextDocument | undefined {
  return editorInSight(isProse)?.document;
}

/** Where the setting has its value from; the user's settings where it has none. A language's own goes before all others. */
function whereSet(configuration: vscode.WorkspaceConfiguration): {
  target: vscode.ConfigurationTarget;
  isOfLanguage: boolean;
} {
  const found = configuration.inspect<boolean>('sentiment.live');
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const places: [value: boolean | undefined, target: vscode.ConfigurationTarget, isOfLanguage: boolean][] = [
    [found?.workspaceFolderLanguageValue, WorkspaceFolder, true],
    [found?.workspaceLanguageValue, Workspace, true],
    [found?.globalLanguageValue, Global, true],
    // Of another extension, say.
    [found?.defaultLanguageValue, Global, true],
    [found?.workspaceFolderValue, WorkspaceFolder, false],
    [found?.workspaceValue, Workspace, false],
  ];
  const [, target, isOfLanguage] = places.find(([value]) => value !== undefined) ?? [
    undefined,
    Global,
    false,
  ];
  return { target, isOfLanguage };
}

function said(on: boolean, language: string | undefined): string {
  const { t } = vscode.l10n;
  if (language === undefined) return on ? t('Live sentiment is on') : t('Live sentiment is off');
  return on ? t('Live sentiment is on for {0}', language) : t('Live sentiment is off for {0}', language);
}

function isLive(document: vscode.TextDocument): boolean {
  return (
    isProse(document) && vscode.workspace.getConfiguration('headlight', document).get('sentiment.live', false)
  );
}

function isOnAnywhere(): boolean {
  const configuration = vscode.workspace.getConfiguration('headlight');
  // Also where it is on for single languages or folders only.
  const { languageIds = [] } = configuration.inspect('sentiment.live') ?? {};
  return (
    languageIds.length > 0 ||
    [undefined, ...(vscode.workspace.workspaceFolders ?? [])].some((folder) =>
      vscode.workspace.getConfiguration('headlight', folder).get('sentiment.live', false),
    )
  );
}

function isInSight(document: vscode.TextDocument): boolean {
  return vscode.window.visibleTextEditors.some((editor) => editor.document === document);
}
