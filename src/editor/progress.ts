import * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import type { EngineActivity } from '../protocol/engine';
import type { FollowedRegion } from '../views/followedRegion';
import { isCancellation, type Hint } from './errors';

/** Work that ends sooner than this shows no progress: a notification that flashes up tells nobody anything. */
const QUIET_MS = 400;

/** Something that takes a while: it stops when the signal is aborted, and reports what it is about. */
export type Work<T> = (signal: AbortSignal, report: (message: string) => void) => Promise<T>;

/**
 * Runs `work` and, once it takes longer than a moment, shows a notification with a Cancel button that aborts
 * the signal. While the engine loads a model, that is what it says; while it runs one, what the work has reported.
 */
export async function withProgress<T>(engine: Engine, title: string, work: Work<T>): Promise<T> {
  const controller = new AbortController();
  let message: string | undefined;
  let show: ((message: string) => void) | undefined;
  let reported: string | undefined;
  const tell = (text: string): void => {
    message = text;
    show?.(text);
  };
  const unsubscribe = engine.onActivity((activity) => {
    if (activity) tell((activity.kind === 'running' && reported) || activityText(activity));
  });
  const running = work(controller.signal, (text) => {
    reported = text;
    tell(text);
  }).finally(unsubscribe);
  const settled = running.then(
    () => true,
    () => true,
  );
  if (!(await Promise.race([settled, delay(QUIET_MS)]))) {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        token.onCancellationRequested(() => controller.abort());
        show = (text) => progress.report({ message: text });
        if (message !== undefined) show(message);
        await settled;
      },
    );
  }
  return running;
}

/**
 * The same for work on a region's text: it ends when the text is changed, as its answer is of no use then.
 * @throws what `changed` gives, where the text was changed
 */
export async function withProgressOn<T>(
  engine: Engine,
  title: string,
  { region, changed }: { region: FollowedRegion; changed: () => Hint },
  work: Work<T>,
): Promise<T> {
  try {
    const result = await withProgress(engine, title, (signal, report) =>
      work(AbortSignal.any([signal, region.signal]), report),
    );
    if (region.span) return result;
  } catch (error) {
    if (region.span || !isCancellation(error)) throw error;
  }
  throw changed();
}

/** What the engine is doing, in a few words. */
export function activityText({ kind, model }: EngineActivity): string {
  return kind === 'loading' ? vscode.l10n.t('loading {0}', model) : vscode.l10n.t('running {0}', model);
}

function delay(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
