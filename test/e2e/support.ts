import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/setup/paths.mjs';
import type { Workbench } from './workbench';

const fixture = (name: string): string => join(root, 'test/fixtures', name);

/** Settings by which every task uses a small model of test/fixtures. */
export const fixtureModels = {
  'headlight.models.continue': fixture('gpt2-optimum'),
  'headlight.models.fill': fixture('bert-masked'),
  'headlight.models.sentiment': fixture('bert-sentiment'),
  'headlight.models.attention': fixture('bert-masked'),
};

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

/** What decorations write into the editor before and after its text, in the order of the page. */
export async function decorationTexts({ editor }: Workbench): Promise<string[]> {
  return editor.locator('.view-lines span').evaluateAll((spans) =>
    spans.flatMap((span) =>
      ['::before', '::after'].flatMap((pseudo) => {
        const { content } = getComputedStyle(span, pseudo);
        return /^".*"$/.test(content) ? [JSON.parse(content) as string] : [];
      }),
    ),
  );
}

/** The process id of the engine that the window started last, from its log. */
export function enginePid({ workspace }: Workbench): number {
  const folder = join(dirname(workspace), 'logs');
  const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('Headlight.log'),
  );
  const pids = logs.flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(/Engine started, process (\d+)/g)].map((match) =>
      Number(match[1]),
    ),
  );
  const last = pids.at(-1);
  if (last === undefined) throw new Error('no engine was started');
  return last;
}

/** Lets the engine run in short strokes only while `act` runs, so that a small model takes its time. */
export async function whileSlow<T>(workbench: Workbench, act: () => Promise<T>): Promise<T> {
  const pid = enginePid(workbench);
  let ended = false;
  const slowing = (async () => {
    while (!ended) {
      process.kill(pid, 'SIGSTOP');
      await sleep(60);
      process.kill(pid, 'SIGCONT');
      await sleep(2);
    }
  })();
  try {
    return await act();
  } finally {
    ended = true;
    await slowing;
  }
}
