import * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import type { EngineActivity } from '../protocol/engine';
import { activityText } from './progress';
import type { SentimentMarks } from './sentiment/sentimentMarks';

/** Work that ends sooner isn't shown: while someone types, every key makes some. */
const QUIET_MS = 300;

/** The status bar item of the engine: what the engine is doing, and else the active document's sentiment where it was judged. */
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
    private readonly marks: SentimentMarks,
  ) {
    this.item.name = 'Headlight';
    this.item.command = 'headlight.showMenu';
    this.subscriptions = [
      this.item,
      { dispose: engine.onActivity((activity) => this.update(activity)) },
      marks.onDidChange(() => this.render()),
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
    const summary = this.marks.summary();
    if (this.activity) {
      const kind = this.activity.kind === 'loading' ? t('loading') : t('running');
      this.item.text = `$(loading~spin) Headlight: ${kind}`;
      this.item.tooltip = `Headlight: ${activityText(this.activity)}`;
    } else {
      this.item.text = summary ? `Headlight: ${summary.text}` : 'Headlight';
      this.item.tooltip = summary?.tooltip ?? t('Headlight is idle');
    }
  }
}
