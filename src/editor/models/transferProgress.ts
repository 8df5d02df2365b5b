import * as vscode from 'vscode';
import { Rate } from '../../core/rate';
import { megabytes, type AddProgress } from '../../models/add';
import { localized } from '../../views/localized';

/**
 * Runs `work` with a notification that says how many MB have come, how fast, and how long it will take; its Cancel
 * button aborts the signal.
 */
export function withTransferProgress<T>(
  title: string,
  work: (signal: AbortSignal, onProgress: (progress: AddProgress) => void) => Promise<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const rate = new Rate();
    let shown = 0;
    let said = 0;
    return work(controller.signal, (step) => {
      const now = Date.now();
      rate.add(step.done, now);
      // More often than this nobody can read, and the window has other things to do.
      if (now - said < 200 && step.done < step.total && step.waiting === undefined) return;
      said = now;
      const percent = step.total === 0 ? 100 : (100 * step.done) / step.total;
      progress.report({ message: describe(step, rate), increment: percent - shown });
      shown = percent;
    });
  });
}

function describe({ done, total, waiting }: AddProgress, rate: Rate): string {
  const { t } = vscode.l10n;
  const parts = [t('{0} of {1}', megabytes(done), megabytes(total))];
  if (waiting !== undefined) return [...parts, localized(waiting)].join(' · ');
  const perSecond = rate.perSecond;
  const left = rate.secondsTo(total);
  if (perSecond !== undefined) parts.push(t('{0}/s', megabytes(perSecond)));
  if (left !== undefined && done < total)
    parts.push(left < 100 ? t('{0} s left', Math.ceil(left)) : t('{0} min left', Math.ceil(left / 60)));
  return parts.join(' · ');
}
