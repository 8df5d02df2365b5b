import * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import { withProgress, type Work } from './progress';

/** The runs that Escape stops; the context key `headlight.generating` is set while there is one. */
const running = new Set<AbortController>();

/** Runs `work` with a progress notification; its Cancel button, or the command `headlight.stop`, aborts the signal. */
export async function whileGenerating<T>(engine: Engine, title: string, work: Work<T>): Promise<T> {
  const controller = new AbortController();
  running.add(controller);
  void vscode.commands.executeCommand('setContext', 'headlight.generating', true);
  try {
    return await withProgress(engine, title, (cancelled, report) =>
      work(AbortSignal.any([cancelled, controller.signal]), report),
    );
  } finally {
    running.delete(controller);
    void vscode.commands.executeCommand('setContext', 'headlight.generating', running.size > 0);
  }
}

/** Whether something is being written now. */
export function isGenerating(): boolean {
  return running.size > 0;
}

/** Stops all that is being written. */
export function stopGenerating(): void {
  for (const controller of running) controller.abort();
}
