import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/setup/paths.mjs';
import type { Workbench } from './workbench';

const fixture = (name: string): string => join(root, 'test/fixtures', name);

/**
 * Where the models are set: a window onto a server takes paths from the user's settings only until it reads them
 * again, as they belong to the user's own machine.
 */
export const settingsFile = '.vscode/settings.json';

/** Sets the folder's own settings; the window sees it after a moment. */
export function setFolderSettings({ workspace }: Workbench, settings: Record<string, unknown>): void {
  mkdirSync(join(workspace, dirname(settingsFile)), { recursive: true });
  writeFileSync(join(workspace, settingsFile), JSON.stringify(settings));
}

/** Settings by which every task uses a small model of test/fixtures. */
export const fixtureModels = {
  'headlight.models.continue': fixture('gpt2-optimum'),
  'headlight.models.fill': fixture('bert-masked'),
  'headlight.models.sentiment': fixture('bert-sentiment'),
  'headlight.models.attention': fixture('bert-masked'),
  'headlight.models.nextSentence': fixture('bert-next-sentence'),
  'headlight.models.answer': fixture('bert-answer'),
  'headlight.models.rewrite': fixture('marian'),
  'headlight.models.infill': fixture('t5'),
};

/**
 * The embedded causal model, but it writes as much as it is asked to: it is to be stopped before it comes to an end.
 * @returns its folder, in a fresh one
 */
export function endlessModel(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'headlight-endless-')), 'headlight-gpt2');
  cpSync(join(root, 'models/headlight-gpt2'), folder, { recursive: true });
  const outsideOfVocabulary = 9999;
  writeFileSync(
    join(folder, 'generation_config.json'),
    JSON.stringify({ eos_token_id: outsideOfVocabulary }),
  );
  return folder;
}

/** Waits until `condition` holds, and gives what it gave. */
export async function until<T>(what: string, condition: () => Promise<T | false>, ms = 15_000): Promise<T> {
  for (const deadline = Date.now() + ms; ; await sleep(50)) {
    const value = await condition();
    if (value !== false) return value;
    if (Date.now() > deadline) throw new Error(`it took too long: ${what}`);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until the engine has nothing to do, and Headlight has written what it gave. */
export async function idle(workbench: Workbench): Promise<void> {
  let quiet = 0;
  let before = '';
  await until(
    'the engine is idle',
    async () => {
      const now = (await workbench.statusBar()) + (await workbench.visibleLines()).join('\n');
      quiet = now === before && !/running|loading/.test(now) ? quiet + 1 : 0;
      before = now;
      return quiet > 10;
    },
    60_000,
  );
}

/** What decorations and inlay hints write into the editor beside its text. */
export async function decorationTexts({ editor }: Workbench): Promise<string[]> {
  const texts = await editor.locator('.view-lines span').evaluateAll((spans) =>
    spans.flatMap((span) => {
      const texts = /dyn-rule/.test(span.getAttribute('class') ?? '') ? [span.textContent ?? ''] : [];
      for (const pseudo of ['::before', '::after']) {
        const quoted = /^"(.*)"$/.exec(getComputedStyle(span, pseudo).content)?.[1];
        if (quoted !== undefined) texts.push(quoted.replace(/\\(.)/g, '$1'));
      }
      return texts;
    }),
  );
  return texts.map((text) => text.replaceAll('\u00a0', ' '));
}

/** What Headlight has written into its log, in all the windows that were opened. */
function headlightLog({ workspace }: Workbench): string {
  const folder = join(dirname(workspace), 'logs');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('Headlight.log'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('');
}

/** After a test that failed: saves a picture of the window, and prints what a picture on another machine can't tell. */
export async function tellOfFailure(workbench: Workbench, test: Mocha.Test | undefined): Promise<void> {
  // Before it is tried again a test that failed has no state yet.
  if (!test || test.state === 'passed' || test.isPending()) return;
  const lines = await workbench.visibleLines();
  console.error(
    [
      `Saved ${await workbench.screenshot(`failed-${test.title}`)}`,
      `Active editor: ${(await workbench.editor.getAttribute('data-uri', { timeout: 1000 }).catch(() => null)) ?? 'none'}`,
      ...lines.slice(0, 20),
      `Status bar: ${await workbench.statusBar()}`,
      'Log:',
      ...headlightLog(workbench).split('\n').slice(-30),
    ].join('\n'),
  );
}

/** The process id of the engine that the window started last, from its log. */
export function enginePid(workbench: Workbench): number {
  const pids = [...headlightLog(workbench).matchAll(/Engine started, process (\d+)/g)];
  const last = pids.at(-1)?.[1];
  if (last === undefined) throw new Error('no engine was started');
  return Number(last);
}

/** Lets the engine run in short strokes only while `act` runs, so that a small model takes its time. */
export async function whileSlow<T>(workbench: Workbench, act: () => Promise<T>): Promise<T> {
  const pid = enginePid(workbench);
  // On a busy machine this process may have to wait in the middle of a stroke; the engine then waits too.
  setPriority(pid, constants.priority.PRIORITY_LOW);
  let ended = false;
  const slowing = (async () => {
    while (!ended) {
      process.kill(pid, 'SIGSTOP');
      await sleep(200);
      process.kill(pid, 'SIGCONT');
      // Not by a timer: on a busy machine that comes late, and the stroke is a long one.
      const end = performance.now() + 1;
      while (!ended && performance.now() < end);
    }
    process.kill(pid, 'SIGCONT');
  })();
  try {
    return await act();
  } finally {
    ended = true;
    await slowing;
    try {
      setPriority(pid, constants.priority.PRIORITY_NORMAL);
    } catch {
      // Not everybody may take it back; then the engine stays behind the window.
    }
  }
}
