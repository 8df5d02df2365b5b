import type * as vscode from 'vscode';

/** Marks of some kind, in any document. */
interface Marks {
  readonly any: boolean;
  /** Fires when there are other marks. */
  readonly onDidChange: vscode.Event<void>;
}

/** Keeps what `start` sets up while there are marks, and only then: without marks, nothing of it costs anything. */
export function whileMarked(marks: Marks, start: () => vscode.Disposable): vscode.Disposable {
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
