import * as vscode from 'vscode';

/** The settings of ghost text; their names are of the section `headlight.ghostText`. */

const section = 'headlight.ghostText';

const read = <T>(name: string, fallback: T): T =>
  vscode.workspace.getConfiguration(section).get(name, fallback);

/** Whether ghost text is on at all. */
export const isEnabled = (): boolean => read('enabled', true);

export const pausesOnBattery = (): boolean => read('pauseOnBattery', true);

/** Whether ghost text is on for each language that is named; `*` stands for all others. */
export const languages = (): Readonly<Record<string, boolean>> => read('languages', {});

export function isOnFor(language: string): boolean {
  const named = languages();
  return isEnabled() && (named[language] ?? named['*'] ?? false);
}

/** True for a language that someone may want ghost text in: it is named, or all are on. */
export function isNamed(language: string): boolean {
  const named = languages();
  return language in named || named['*'] === true;
}

/** The documents that ghost text is on for. */
export function selector(): vscode.DocumentFilter[] {
  if (!isEnabled()) return [];
  const on = Object.entries(languages()).flatMap(([language, isOn]) => (isOn ? [language] : []));
  return on.includes('*') ? [{ pattern: '**' }] : on.map((language) => ({ language }));
}

export async function setEnabled(on: boolean): Promise<void> {
  await update('enabled', on);
}

export async function setLanguage(language: string, on: boolean): Promise<void> {
  const { target, own } = whereSet<Record<string, boolean>>('languages');
  await write('languages', { ...own, [language]: on }, target);
}

async function update(name: string, value: unknown): Promise<void> {
  await write(name, value, whereSet(name).target);
}

async function write(name: string, value: unknown, target: vscode.ConfigurationTarget): Promise<void> {
  await vscode.workspace.getConfiguration(section).update(name, value, target);
}

/** Where a setting has its value from, so that a change there takes effect; the user's settings where it has none. */
function whereSet<T>(name: string): { target: vscode.ConfigurationTarget; own: T | undefined } {
  const found = vscode.workspace.getConfiguration(section).inspect<T>(name);
  return found?.workspaceValue === undefined
    ? { target: vscode.ConfigurationTarget.Global, own: found?.globalValue }
    : { target: vscode.ConfigurationTarget.Workspace, own: found.workspaceValue };
}
