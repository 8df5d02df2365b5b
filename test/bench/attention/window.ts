/** The attention view in a real window, driven and timed by the browser's own clock. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CDPSession, Frame, Page } from 'playwright-core';
import { AttentionPage } from '../../e2e/attentionView';
import { settingsFile } from '../../e2e/support';
import { Workbench } from '../../e2e/workbench';
import { threads } from '../contenders/contender';

export class AttentionWindow {
  private constructor(
    readonly workbench: Workbench,
    private readonly session: CDPSession,
  ) {}

  /**
   * @param model folder of the model that the view shows
   * @param texts paragraphs of the open document, one line each
   * @param prepare called before the view is opened
   */
  static async open(
    model: string,
    texts: readonly string[],
    prepare?: (page: Page) => Promise<void>,
  ): Promise<AttentionWindow> {
    const workbench = await Workbench.open({
      files: {
        [settingsFile]: JSON.stringify({
          'headlight.models.attention': model,
          'headlight.engine.threads': threads,
          'headlight.engine.memoryBudget': 4000,
        }),
        'texts.txt': texts.join('\n\n'),
      },
      settings: { 'editor.wordWrap': 'off', 'editor.minimap.enabled': false },
      screenshots: 'bench',
      size: { width: 1600, height: 1000 },
    });
    workbench.page.setDefaultTimeout(120_000);
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.openFile('texts.txt');
    // What compiles this file has functions keep their names by a helper, which the view's page has to have too.
    await workbench.page.addInitScript('globalThis.__name = (named) => named;');
    await prepare?.(workbench.page);
    const browser = workbench.page.context().browser()!;
    return new AttentionWindow(workbench, await browser.newBrowserCDPSession());
  }

  /** Shows one of the texts; the first time this opens the view. */
  async show(text: number): Promise<AttentionPage> {
    await this.goTo(text);
    return this.ask();
  }

  private async goTo(text: number): Promise<void> {
    await this.workbench.press('Control+1');
    await this.workbench.goTo(2 * text + 1, 1);
  }

  private async ask(): Promise<AttentionPage> {
    await this.workbench.press('Control+Alt+h', 'a');
    return AttentionPage.of(this.workbench);
  }

  /**
   * Milliseconds from the moment at which the view is told of a new text, which is when the engine is asked for it,
   * to the frame in which its overview is painted.
   */
  async timeOverview(view: AttentionPage, text: number): Promise<number> {
    const frame = await frameOf(view);
    await this.goTo(text);
    // VS Code draws for some 300 ms after it has moved to a line; nobody presses the keys of a command so soon.
    await this.workbench.page.waitForTimeout(1000);
    const painted = frame.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let told: number | undefined;
          window.addEventListener('message', ({ data }: MessageEvent<{ notice?: { kind: string } }>) => {
            if (data.notice?.kind === 'changed') told ??= performance.now();
          });
          const observer = new PerformanceObserver(() => {
            if (told === undefined) return;
            observer.disconnect();
            const from = told;
            // A frame after the one that was asked for begins when that one is painted.
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
          });
          observer.observe({ type: 'mark' });
        }),
    );
    await this.ask();
    return painted;
  }

  /** Proportional memory of all the browser's processes that draw pages, in bytes, what is garbage collected. */
  async rendererMemory(): Promise<number> {
    const page = await this.workbench.page.context().newCDPSession(this.workbench.page);
    for (let round = 0; round < 3; round++) await page.send('HeapProfiler.collectGarbage');
    await page.detach();
    const { processInfo } = await this.session.send('SystemInfo.getProcessInfo');
    return processInfo
      .filter(({ type }) => type === 'renderer' || type === 'GPU')
      .reduce((sum, { id }) => sum + proportionalMemory(id), 0);
  }

  async close(): Promise<void> {
    await this.workbench.close();
  }
}

interface Frames {
  /** Between one frame and the next, milliseconds. */
  readonly between: number[];
  /** What scripts took of each, milliseconds; 0 unless `countScripts` was called before the view was opened. */
  readonly scripts: number[];
}

/** Has views that are opened from now on add up what their own handlers of frames and of the pointer take. */
export async function countScripts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    // Not the window's own page, which removes listeners again.
    if (window === window.top) return;
    const count = window as unknown as { headlightScripts?: number };
    const counted =
      <A extends unknown[]>(run: (...given: A) => void) =>
      (...given: A): void => {
        const started = performance.now();
        run(...given);
        count.headlightScripts = (count.headlightScripts ?? 0) + performance.now() - started;
      };
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (run) => frame(counted(run));
    const { prototype } = EventTarget;
    const listen = Reflect.get(prototype, 'addEventListener') as (
      this: EventTarget,
      ...given: unknown[]
    ) => void;
    prototype.addEventListener = function (this: EventTarget, ...given: unknown[]): void {
      const [type, run, ...rest] = given;
      const counts = /^(pointer|wheel)/.test(String(type)) && typeof run === 'function';
      listen.call(
        this,
        type,
        counts ? counted((event: Event) => void Reflect.apply(run, this, [event])) : run,
        ...rest,
      );
    };
  });
}

export async function frameOf(view: AttentionPage): Promise<Frame> {
  const body = await view.frame.locator('body').elementHandle();
  const frame = await body?.ownerFrame();
  if (!frame) throw new Error('The view has no frame.');
  return frame;
}

/** Collects what there is to say about frames while `act` runs. */
export async function framesOf(frame: Frame, act: () => Promise<void>): Promise<Frames> {
  const name = 'headlightFrames';
  await frame.evaluate((key) => {
    const store = window as unknown as Record<string, Frames & { stop: boolean }>;
    const count = window as unknown as { headlightScripts?: number };
    const state = { between: [] as number[], scripts: [] as number[], stop: false };
    store[key] = state;
    let last: number | undefined;
    const tick = (now: number): void => {
      if (last !== undefined) {
        state.between.push(now - last);
        state.scripts.push(count.headlightScripts ?? 0);
      }
      count.headlightScripts = 0;
      last = now;
      if (!state.stop) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }, name);
  await act();
  return frame.evaluate((key) => {
    const state = (window as unknown as Record<string, Frames & { stop: boolean }>)[key]!;
    state.stop = true;
    return state;
  }, name);
}

/** Bytes of a process, its shared pages shared out among those that use them; Linux only. */
function proportionalMemory(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(found?.[1] ?? 0) * 1024;
}

/** Whether this system tells the memory of processes. */
export function tellsMemory(): boolean {
  try {
    return readdirSync('/proc/self').includes('smaps_rollup');
  } catch {
    return false;
  }
}
