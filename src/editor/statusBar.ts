import * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import type { EngineActivity } from '../protocol/engine';
import { activityText } from './progress';

/** Work that ends sooner isn't shown: while someone types, every key makes some. */
const QUIET_MS = 300;

/** What is on screen of the active document's marks; `undefined` when it has none. */
export type Summary = { text: string; tooltip: string } | undefined;

/** Marks that have a summary for the status bar. */
export interface SummarySource {
  summary(): Summary;
  /** Fires when the summary may be another. */
  readonly onDidChange: vscode.Event<void>;
}

/** The status bar item of the engine: what the engine is doing, and else what is known of the active document. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'headlight.status',
    vscode.StatusBarAlignment.Right,
    90,
  );
  private readonly subscriptions: { dispose(): void }[];
  private activity: EngineActivity | null = null;
  private showing: NodeJS.Timeout | undefined;

  constructor(
    engine: Engine,
    private readonly sources: readonly SummarySource[],
  ) {
    this.item.name = 'Headlight';
    this.item.command = 'headlight.showMenu';
    this.subscriptions = [
      this.item,
      { dispose: engine.onActivity((activity) => this.update(activity)) },
      ...sources.map((source) => source.onDidChange(() => this.render())),
    ];
    this.render();
    this.item.show();
  }

  dispose(): void {
    clearTimeout(this.showing);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** The item's text as it is on screen. */
  get text(): string {
    return this.item.text;
  }

  private update(activity: EngineActivity | null): void {
    clearTimeout(this.showing);
    const show = (): void => {
      this.activity = activity;
      this.render();
    };
    if (activity?.kind === 'running' && this.activity === null) this.showing = setTimeout(show, QUIET_MS);
    else show();
  }

  private render(): void {
    const { t } = vscode.l10n;
    const summaries = this.sources.flatMap((source) => source.summary() ?? []);
    if (this.activity) {
      const kind = this.activity.kind === 'loading' ? t('loading') : t('running');
      // Not a turning sign: to draw one again and again takes time from the model that is waited for.
      this.item.text = `$(pulse) Headlight: ${kind}`;
      this.item.tooltip = `Headlight: ${activityText(this.activity)}`;
    } else {
      const texts = summaries.map(({ text }) => text).join(' · ');
      this.item.text = texts ? `Headlight: ${texts}` : 'Headlight';
      this.item.tooltip = summaries.map(({ tooltip }) => tooltip).join('\n') || t('Headlight is idle');
    }
  }
}
