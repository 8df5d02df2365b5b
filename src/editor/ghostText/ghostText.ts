import * as vscode from 'vscode';
import type { Engine } from '../../client/engineClient';
import { english, saidOf } from '../../core/message';
import { errorText } from '../../views/localized';
import { isCancellation, isRestart } from '../errors';
import { isGenerating } from '../generating';
import type { LanguageHints } from '../languageHints';
import { modelFor } from '../settings';
import { AcceptedText } from './acceptedText';
import { Battery, readPowerSupply } from './battery';
import { GhostTextProvider, type Gate } from './provider';
import { isOnFor, pausesOnBattery, selector } from './settings';
import { Suggester } from './suggester';

/** After a failure nothing is asked for by itself for so long. */
const restAfterFailure = 30_000;

/** What ghost text does in a language, for the status bar. */
export type GhostTextState = 'on' | 'off' | 'paused' | 'failing';

/** Ghost text as a whole: there while it is on for any language, and else not at all. */
export class GhostText implements vscode.Disposable, Gate {
  /** Elsewhere than here the battery isn't the one of the machine that the engine runs on. */
  readonly battery = new Battery(vscode.env.remoteName === undefined ? readPowerSupply : undefined);
  readonly #changed = new vscode.EventEmitter<void>();
  /** Called when the state may have changed. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #registered:
    { selector: string; suggester: Suggester; accepted: AcceptedText; parts: vscode.Disposable } | undefined;
  #failure: { message: string; until: number } | undefined;

  constructor(
    private readonly root: string,
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
    private readonly hints: LanguageHints,
  ) {
    this.battery.onChange = () => this.#changed.fire();
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('headlight.models.continue')) this.#registered?.suggester.reset();
        if (!['headlight.ghostText', 'headlight.models'].some((name) => event.affectsConfiguration(name)))
          return;
        this.#failure = undefined;
        this.#register();
        this.#changed.fire();
      }),
    ];
    this.#register();
  }

  /** Of a language; `undefined` is for where no document is. */
  state(language: string | undefined): GhostTextState {
    const isOn = language === undefined ? this.#registered !== undefined : isOnFor(language);
    if (!isOn) return 'off';
    if (this.#failure) return 'failing';
    return this.#isPaused ? 'paused' : 'on';
  }

  /** Why it is failing. */
  get failure(): string | undefined {
    return this.#failure?.message;
  }

  /** What was taken over of the suggestions. */
  get accepted(): AcceptedText | undefined {
    return this.#registered?.accepted;
  }

  isOn({ languageId }: vscode.TextDocument): boolean {
    return isOnFor(languageId);
  }

  async mayComeByItself(): Promise<boolean> {
    if (isGenerating()) return false;
    if (this.#failure && Date.now() < this.#failure.until) return false;
    if (pausesOnBattery()) await this.battery.check();
    return !this.#isPaused;
  }

  /** Nobody has asked for the text that failed to come, so nothing pops up: the status bar shows it. */
  onError(error: unknown): void {
    // After a restart the next key asks again.
    if (isCancellation(error) || isRestart(error)) return;
    this.log.warn(`ghost text: ${english(saidOf(error))}`);
    this.#failure = { message: errorText(error), until: Date.now() + restAfterFailure };
    this.#changed.fire();
  }

  dispose(): void {
    this.#unregister();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  get #isPaused(): boolean {
    return pausesOnBattery() && this.battery.isDraining;
  }

  /** Registers what the settings ask for; nothing when it is off. */
  #register(): void {
    const documents = selector();
    const key = JSON.stringify(documents);
    if (this.#registered?.selector === key) return;
    this.#unregister();
    if (documents.length === 0) return;
    const suggester = new Suggester(
      async (params, options) => {
        const result = await this.engine.request(
          'complete',
          { ...params, model: modelFor('continue', this.root) },
          { ...options, priority: params.extent === 'sentence' ? 'typing' : 'interactive' },
        );
        void this.hints.read('continue', params.text);
        return result;
      },
      ({ readTokens, promptTokens, timing }, ms) => {
        if (this.#failure) {
          this.#failure = undefined;
          this.#changed.fire();
        }
        this.log.debug(
          `ghost text: read ${readTokens} of ${promptTokens} tokens in ${timing.prefillMs.toFixed(0)} ms, ` +
            `wrote in ${timing.decodeMs.toFixed(0)} ms, ${ms.toFixed(0)} ms in all`,
        );
      },
    );
    const accepted = new AcceptedText();
    const provider = new GhostTextProvider(suggester, accepted, this);
    this.#registered = {
      selector: key,
      suggester,
      accepted,
      parts: vscode.Disposable.from(
        accepted,
        vscode.workspace.onDidChangeTextDocument((event) => provider.follow(event)),
        vscode.languages.registerInlineCompletionItemProvider(documents, provider),
      ),
    };
  }

  #unregister(): void {
    this.#registered?.suggester.reset();
    this.#registered?.parts.dispose();
    this.#registered = undefined;
  }
}
