import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Headlight } from '../../src/editor/context';

/** The running extension's parts. */
export async function headlight(): Promise<Headlight> {
  const extension = vscode.extensions.getExtension<Headlight>('headlight.headlight');
  if (!extension) throw new Error('the extension is not loaded');
  return extension.activate();
}

/** The folder of a small model of test/fixtures. */
export function fixture(name: string): string {
  const root = vscode.extensions.getExtension('headlight.headlight')!.extensionPath;
  return path.join(root, 'test/fixtures', name);
}

/** Sets user settings of `headlight`; `undefined` takes one back. */
export async function configure(settings: Record<string, unknown>): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await vscode.workspace
      .getConfiguration('headlight')
      .update(name, value, vscode.ConfigurationTarget.Global);
}

/** Has every task use a small model of test/fixtures. */
export async function useFixtures(): Promise<void> {
  await configure({
    'models.continue': fixture('gpt2-optimum'),
    'models.fill': fixture('bert-masked'),
    'models.sentiment': fixture('bert-sentiment'),
    'models.attention': fixture('bert-masked'),
    'models.nextSentence': fixture('bert-next-sentence'),
    'models.answer': fixture('bert-answer'),
    'models.rewrite': fixture('marian'),
    'models.infill': fixture('t5'),
  });
}

/** Has every task use what it uses without a setting, whatever other tests have set. */
export async function useDefaults(): Promise<void> {
  const tasks = ['continue', 'fill', 'sentiment', 'attention', 'nextSentence', 'answer', 'rewrite', 'infill'];
  for (const task of tasks) await configure({ [`models.${task}`]: undefined });
}

/** Shows a new document with the cursor at its end. */
export async function show(content: string, language = 'markdown'): Promise<vscode.TextEditor> {
  const document = await newDocument(content, language);
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  if (content !== '') {
    // The window says later where the cursor is, which would take back what a test selects meanwhile.
    const told = new Promise<void>((resolve) => {
      const listening = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        if (textEditor !== editor || document.offsetAt(selections[0]!.active) !== content.length) return;
        listening.dispose();
        resolve();
      });
    });
    select(editor, content.length);
    await Promise.race([told, sleep(1000)]);
  }
  return editor;
}

/**
 * A new document with just this content: VS Code may give it what it had kept, for hot exit, of a closed one by the
 * same name.
 */
async function newDocument(content: string, language: string): Promise<vscode.TextDocument> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const document = await vscode.workspace.openTextDocument({ content, language });
    if (document.getText() === content) return document;
    await vscode.window.showTextDocument(document, { preview: false });
    await closeAll();
  }
  throw new Error(`VS Code gave no new document with the content "${content}"`);
}

/** Selects from `start` to `end`, or puts the cursor at `start`. */
export function select(editor: vscode.TextEditor, start: number, end = start): void {
  const { document } = editor;
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(end));
}

/** Closes all editors without saving. */
export async function closeAll(): Promise<void> {
  while (vscode.window.activeTextEditor)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  // The next new document takes the name of one that is closed: it must be gone before, or its text shows up again.
  await until(
    'new documents are gone',
    () => !vscode.workspace.textDocuments.some((document) => document.isUntitled),
  );
}

/** Waits until `condition` gives something that isn't false, and gives that. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false,
  ms = 10_000,
): Promise<T> {
  for (const deadline = Date.now() + ms; ; await sleep(25)) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`it took too long: ${what}`);
  }
}

/** Chooses what is focused in a pick. */
export const accept = 'workbench.action.acceptSelectedQuickOpenItem';

/** Leaves a pick. */
export const leave = 'workbench.action.closeQuickOpen';

/** Runs a command and calls `step` again and again, for its pick can't be seen from here, until it ends. */
export async function runThroughPick(
  command: string,
  step = accept,
  ms?: number,
  args: readonly unknown[] = [],
): Promise<void> {
  let ended = false;
  const running = vscode.commands.executeCommand(command, ...args).then(() => (ended = true));
  const timer = setInterval(() => void vscode.commands.executeCommand(step), 300);
  try {
    await until(`${command} ends`, () => ended, ms);
  } finally {
    clearInterval(timer);
  }
  await running;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
