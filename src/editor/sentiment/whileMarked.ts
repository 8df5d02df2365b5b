import type * as vscode from 'vscode';
import type { SentimentMarks } from './sentimentMarks';

/** Keeps what `start` sets up while there are marks, and only then: without marks, nothing of it costs anything. */
export function whileMarked(marks: SentimentMarks, start: () => vscode.Disposable): vscode.Disposable {
  let running: vscode.Disposable | undefined;
  const update = (): void => {
    if (marks.any) return void (running ??= start());
    running?.dispose();
    running = undefined;
  };
  const listening = marks.onDidChange(update);
  return {
    dispose: () => {
      listening.dispose();
      running?.dispose();
    },
  };
}
