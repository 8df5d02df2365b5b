import * as vscode from 'vscode';
import {
  samplingChoices,
  samplingNames,
  type SamplingName,
  type SamplingParameters,
} from '../core/decoding/samplingChoices';
import { percent } from '../core/text/figures';
import type { Choice } from '../protocol/engine';
import { isCancellation } from './errors';

export interface Drawing {
  /** How the first continuations are drawn. */
  readonly sampling: SamplingName;
  draw(sampling: SamplingName, signal: AbortSignal): Promise<Choice[]>;
  /** The choice, written on. */
  lengthen(choice: Choice, sampling: SamplingName, signal: AbortSignal): Promise<Choice>;
  /** Shows what would be written; nothing for ''. */
  preview(text: string): void;
  /** Fires when there is no place to write to any more. */
  readonly onLost: vscode.Event<void>;
}

/** A row: a continuation, or what can be done with them. */
interface Row extends vscode.QuickPickItem {
  readonly choice?: Choice;
  readonly act?: () => Promise<void>;
}

/** What the keys and the buttons of the pick that is open do. */
interface Actions {
  regenerate(): void;
  lengthen(): void;
  nextSampling(): void;
}

let open: Actions | undefined;

/** The commands behind the pick's keys. */
export const choicesCommands = {
  'headlight.choices.regenerate': () => open?.regenerate(),
  'headlight.choices.lengthen': () => open?.lengthen(),
  'headlight.choices.nextSampling': () => open?.nextSampling(),
};

/**
 * A pick of continuations, which are drawn while it is open; the text of the chosen one, or `undefined` when it was
 * left.
 */
export async function pickContinuation(drawing: Drawing): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const pick = vscode.window.createQuickPick<Row>();
  let sampling = drawing.sampling;
  let choices: Choice[] = [];
  /** The continuation that was focused last, which is the one to lengthen. */
  let focused: Choice | undefined;
  let work = new AbortController();

  const lengthenButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('arrow-right'),
    tooltip: t('Write on from here'),
  };
  const regenerateButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('refresh'),
    tooltip: t('Draw other continuations'),
  };

  const rows = (): Row[] => [
    ...choices.map((choice): Row => ({
      ...wordsOf(choice),
      buttons: [lengthenButton],
      alwaysShow: true,
      choice,
    })),
    { label: t('Others'), kind: vscode.QuickPickItemKind.Separator },
    { label: `$(refresh) ${t('Draw other continuations')}`, alwaysShow: true, act: () => redraw() },
    ...(focused
      ? [
          {
            label: `$(arrow-right) ${t('Write on from the continuation focused last')}`,
            alwaysShow: true,
            act: () => lengthen(focused),
          },
        ]
      : []),
    { label: t('How freely they are drawn'), kind: vscode.QuickPickItemKind.Separator },
    ...samplingNames.map((name): Row => ({
      label: `${name === sampling ? '$(circle-filled)' : '$(circle-outline)'} ${titleOf(name)}`,
      description: parametersOf(samplingChoices[name]),
      alwaysShow: true,
      act: () => {
        sampling = name;
        return redraw();
      },
    })),
  ];

  const show = (active: Choice | undefined): void => {
    pick.items = rows();
    const row = pick.items.find(({ choice }) => choice !== undefined && choice === active);
    pick.activeItems = row ? [row] : [];
    pick.placeholder = pick.busy
      ? t('Drawing continuations…')
      : t('Choose a continuation; the focused one is shown in the text');
  };

  /** Runs `draw`, which ends what was being drawn before. */
  const busyWith = async (draw: (signal: AbortSignal) => Promise<Choice | undefined>): Promise<void> => {
    work.abort();
    const own = (work = new AbortController());
    pick.busy = true;
    show(focused);
    try {
      focused = await draw(own.signal);
    } catch (error) {
      if (isCancellation(error) && own.signal.aborted) return;
      throw error;
    }
    pick.busy = false;
    show(focused);
  };

  const redraw = (): Promise<void> =>
    busyWith(async (signal) => {
      const drawn = await drawing.draw(sampling, signal);
      const byText = new Map(
        drawn.filter(({ text }) => text.trim() !== '').map((choice) => [choice.text, choice]),
      );
      choices = [...byText.values()].sort((a, b) => perToken(b) - perToken(a));
      return choices[0];
    });

  const lengthen = async (choice: Choice | undefined): Promise<void> => {
    if (!choice) return;
    await busyWith(async (signal) => {
      const longer = await drawing.lengthen(choice, sampling, signal);
      choices = choices.map((each) => (each === choice ? longer : each));
      return longer;
    });
  };

  const subscriptions: vscode.Disposable[] = [pick];
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      const run = (act: Promise<void>): void => void act.catch(reject);
      open = {
        regenerate: () => run(redraw()),
        lengthen: () => run(lengthen(focused)),
        nextSampling: () => {
          sampling = samplingNames[(samplingNames.indexOf(sampling) + 1) % samplingNames.length]!;
          run(redraw());
        },
      };
      void vscode.commands.executeCommand('setContext', 'headlight.choosing', true);
      pick.title = t('Continue Text');
      pick.buttons = [regenerateButton];
      pick.keepScrollPosition = true;
      subscriptions.push(
        pick.onDidChangeActive(([row]) => {
          if (row?.choice) focused = row.choice;
          drawing.preview(row?.choice?.text ?? '');
        }),
        pick.onDidAccept(() => {
          const [row] = pick.activeItems;
          if (row?.choice) resolve(row.choice.text);
          else if (row?.act) run(row.act());
        }),
        pick.onDidTriggerButton(() => run(redraw())),
        pick.onDidTriggerItemButton(({ item }) => run(lengthen(item.choice))),
        pick.onDidHide(() => resolve(undefined)),
        drawing.onLost(() => resolve(undefined)),
      );
      pick.show();
      run(redraw());
    });
  } finally {
    open = undefined;
    void vscode.commands.executeCommand('setContext', 'headlight.choosing', false);
    work.abort();
    drawing.preview('');
    for (const subscription of subscriptions) subscription.dispose();
  }
}

/** A row's words: the text, and how probable the model finds it. */
function wordsOf({ text, tokens, finish }: Choice): vscode.QuickPickItem {
  const { t } = vscode.l10n;
  const sum = tokens.reduce((total, { logprob }) => total + logprob, 0);
  return {
    label: text.replace(/\s+/g, ' ').trim() + (finish === 'length' ? '…' : ''),
    detail: t(
      '{0} a token · log probability {1} · {2} tokens',
      percent(Math.exp(sum / Math.max(1, tokens.length))),
      sum.toFixed(1).replace('-', '−'),
      tokens.length,
    ),
  };
}

/** The mean log probability of its tokens. */
function perToken({ tokens }: Choice): number {
  return tokens.reduce((sum, { logprob }) => sum + logprob, 0) / Math.max(1, tokens.length);
}

function titleOf(name: SamplingName): string {
  const { t } = vscode.l10n;
  return { precise: t('Precise'), balanced: t('Balanced'), free: t('Free') }[name];
}

function parametersOf({ temperature, topP, topK, repetitionPenalty }: SamplingParameters): string {
  const { t } = vscode.l10n;
  return t(
    'temperature {0}, top-p {1}, top-k {2}, repetition penalty {3}',
    temperature,
    topP,
    topK === 0 ? t('all') : topK,
    repetitionPenalty,
  );
}
