import * as vscode from 'vscode';

/** Work that ends sooner than this shows no progress: a notification that flashes up tells nobody anything. */
const QUIET_MS = 400;

/**
 * Runs `work` and, once it takes longer than a moment, shows a notification with a Cancel button that aborts
 * the signal.
 */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let message: string | undefined;
  let show: ((message: string) => void) | undefined;
  const running = work(controller.signal, (text) => {
    message = text;
    show?.(text);
  });
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

function delay(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
