/** The attention view as tests and the bench use it. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench';

/**
 * Has the window's WebGL2, which the processor draws, pass for a graphics card's, by its name: views that are opened from
 * now on draw their maps with it.
 */
export async function claimGraphicsCard(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { prototype } = WebGL2RenderingContext;
    const getParameter = Reflect.get(prototype, 'getParameter') as (this: unknown, name: number) => unknown;
    prototype.getParameter = function (name: number): unknown {
      const value = getParameter.call(this, name);
      return typeof value === 'string' && /swiftshader/i.test(value) ? 'A graphics card' : value;
    };
  });
}

export class AttentionPage {
  private constructor(readonly frame: FrameLocator) {}

  /** The view that was opened last, once it shows a picture. */
  static async of(workbench: Workbench): Promise<AttentionPage> {
    const page = new AttentionPage(await workbench.webview());
    await page.side().locator('.side-body').waitFor();
    return page;
  }

  side(name: 'a' | 'b' = 'a'): Locator {
    return this.frame.locator(`.side-${name}`);
  }

  get tokens(): Locator {
    return this.side().locator('.text').first().locator('.token');
  }

  get focused(): Locator {
    return this.side().locator('.token[aria-selected=true]');
  }

  head(layer: number, head: number, side: 'a' | 'b' = 'a'): Locator {
    return this.side(side).locator(`.overview [data-head="${layer}.${head}"]`);
  }

  /** What the matrix is, as its heading says. */
  title(side: 'a' | 'b' = 'a'): Locator {
    return this.side(side).locator('.detail-section h2');
  }

  readout(side: 'a' | 'b' = 'a'): Promise<string> {
    return this.side(side).locator('[role=tabpanel]:not([hidden]) .readout').innerText();
  }

  choice(name: string): Locator {
    return this.frame
      .locator('label.choice')
      .filter({ has: this.frame.getByText(name, { exact: true }) })
      .locator('select');
  }

  toggle(name: string): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  async tab(name: string): Promise<void> {
    await this.side().getByRole('tab', { name }).click();
  }

  async menu(name: string, item: string | RegExp): Promise<void> {
    await this.frame.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await this.frame.getByRole('menuitem', { name: item }).click();
  }

  get field(): Locator {
    return this.side().locator('.field');
  }

  /** The numbers that the tokens' titles end in. */
  weights(): Promise<number[]> {
    return this.tokens.evaluateAll((tokens) =>
      tokens.map((token) => Number(/: ([\d.]+)$/.exec((token as HTMLElement).title)?.[1])),
    );
  }

  /** The colours of the tokens of the text. */
  tints(): Promise<string[]> {
    return this.tokens.evaluateAll((tokens) =>
      tokens.map((token) => getComputedStyle(token).backgroundColor),
    );
  }

  /** How many shades each thumbnail has. */
  shades(side: 'a' | 'b' = 'a'): Promise<number[]> {
    return this.side(side)
      .locator('.overview canvas')
      .evaluateAll((canvases) =>
        canvases.map((element) => {
          const canvas = element as HTMLCanvasElement;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        }),
      );
  }
}
