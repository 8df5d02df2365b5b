/**
 * Does the tasks of the sample by itself, in a real window with the embedded models; prints what each
 * gave and saves a picture of each in .out/tour/.
 *
 *   npm start -- --tour
 */
import { relative } from 'node:path';
import { root } from '../../scripts/setup/paths.mjs';
import { AttentionPage } from './attentionView';
import { Workbench } from './workbench';

const file = 'welcome.md';

/** A task: gives what it gave, in lines to print, and throws when it gave nothing. */
interface Stop {
  /** Of the picture. */
  name: string;
  title: string;
  /** Of the window, in pixels, where it isn't as large as for the others. */
  size?: { width: number; height: number };
  run: (workbench: Workbench) => Promise<string[]>;
}

/** Each goes on from the window that the one before has left. */
const stops: Stop[] = [
  {
    name: 'continue',
    title: 'Continue Text',
    run: async (workbench) => {
      const start = 'when the door was';
      await workbench.selectText(
        `The old house at the end of the street had been empty for years, and ${start}`,
      );
      await workbench.runCommand('Headlight: Continue Text');
      const grown = async () =>
        (await workbench.visibleLines()).some((line) => line.includes(start) && !line.endsWith(start));
      await workbench.until('something is written', grown);
      await workbench.idle();
      const text = await workbench.save(file);
      const written = text
        .slice(text.indexOf(start) + start.length, text.indexOf('\n## Fill a mask'))
        .trimEnd();
      if (written.trim() === '') throw new Error('nothing was written');
      return [`… ${start}${written}`];
    },
  },
  {
    name: 'fill',
    title: 'Fill Mask',
    run: async (workbench) => {
      await workbench.goBehind('She opened the');
      await workbench.runCommand('Headlight: Fill Mask');
      const candidates = await workbench.quickPick.texts();
      return candidates.slice(0, 5).map((candidate) => candidate.replace(', ', '  '));
    },
  },
  {
    name: 'sentiment',
    title: 'Analyze Sentiment',
    run: async (workbench) => {
      // The pick of the stop before is still open, for its picture.
      await workbench.press('Enter');
      await workbench.quickPick.widget.waitFor({ state: 'hidden' });
      const filled = (await workbench.save(file))
        .split('\n')
        .find((line) => line.startsWith('She opened the'));
      if (!filled || filled.includes('[MASK]')) throw new Error('the chosen word was not written');
      await workbench.selectText(
        'The food was wonderful and the people were kind. But the room was cold, dirty and far too loud.',
      );
      await workbench.runCommand('Headlight: Analyze Sentiment');
      const whole = await workbench.notification('Sentiment:');
      await workbench.press('ArrowRight'); // so that the selection doesn't hide the marks
      return [whole, await workbench.statusItem('Headlight').first().innerText()];
    },
  },
  {
    name: 'attention',
    title: 'Show Attention',
    run: async (workbench) => {
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.selectText('The dog did not cross the road because it was tired.');
      await workbench.runCommand('Headlight: Show Attention');
      const frame = await workbench.webview();
      await frame.locator('.side-a[aria-busy=false]').waitFor();
      const focused = frame.locator('.text [role=option]', { hasText: /^it$/ }).first();
      await focused.click();
      // The weights come a moment after the text.
      const weights = frame.locator('.text [role=option][title]');
      await weights.first().waitFor();
      const strongest = (
        await weights.evaluateAll((tokens) => tokens.map((token) => token.getAttribute('title') ?? ''))
      )
        .sort((a, b) => weightIn(b) - weightIn(a))
        .slice(0, 5);
      if (strongest.length === 0) throw new Error('no attention is shown');
      // What each head is takes another moment.
      await frame.locator('.overview .caption', { hasText: /\w/ }).first().waitFor();
      return [await frame.locator('.facts').innerText(), ...strongest];
    },
  },
  {
    name: 'attention-lines',
    title: 'One head, by words and without special tokens',
    run: async (workbench) => {
      const view = await AttentionPage.of(workbench);
      await view.toggle('− special').click();
      await view.toggle('words').click();
      await view.choice('Sort').selectOption('previous');
      await view.side().locator('.overview [role=gridcell]').nth(1).click();
      await view.tab('Lines');
      // A line straight across has no height, and would count as not to be seen.
      await view.side().locator('.lines path').first().waitFor({ state: 'attached' });
      return [await view.title().innerText(), await view.side().locator('.kind').innerText()];
    },
  },
  {
    name: 'attention-compare',
    title: 'Two ways to read a text, side by side',
    size: { width: 1600, height: 860 },
    run: async (workbench) => {
      const view = await AttentionPage.of(workbench);
      for (const name of ['− special', 'words']) await view.toggle(name).click();
      await view.choice('Sort').selectOption('');
      await view.tab('Map');
      await view.menu('Compare', 'With another model…');
      await workbench.quickPick.rows.filter({ hasText: 'headlight-gpt2' }).first().click();
      await view.side('b').locator('.side-body').waitFor();
      await view.head(2, 1, 'b').click();
      await view.head(3, 9).click();
      await view.choice('Show').selectOption('max');
      await view.side('b').locator('.detail-section h2', { hasText: 'Maximum' }).waitFor();
      await workbench.idle();
      // Choosing a head has scrolled away from the maps.
      await view.frame.locator('body').evaluate(() => window.scrollTo(0, 0));
      const facts = (side: 'a' | 'b') => view.side(side).locator('.facts').innerText();
      return [await facts('a'), await facts('b')];
    },
  },
  {
    name: 'compare',
    title: 'Compare Models',
    run: async (workbench) => {
      await workbench.runCommand('View: Close All Editors in Group');
      await workbench.openFile(file);
      await workbench.selectText('opened');
      await workbench.runCommand('Headlight: Compare Models');
      const frame = await workbench.webview();
      await frame.getByRole('button', { name: 'Compare Again' }).waitFor();
      const rows = await frame.locator('tbody tr.done').all();
      if (rows.length < 2) throw new Error('fewer than two models have answered');
      const first = (row: (typeof rows)[number]): Promise<string> =>
        row.locator('.ranking li').first().innerText();
      return Promise.all(
        rows.map(
          async (row) =>
            `${await row.locator('.model').innerText()}: ${(await first(row)).replace(/\s+/g, ' ')}`,
        ),
      );
    },
  },
];

/** The number in a token's title, such as `it → dog: 0.4312`. */
function weightIn(title: string): number {
  return Number(/\d+\.\d+/.exec(title)?.[0] ?? 0);
}

const windowSize = { width: 1280, height: 760 };

async function main(): Promise<number> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const headless = process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY;
  const workbench = await Workbench.open({
    headless,
    screenshots: 'tour',
    size: windowSize,
    settings: {
      'editor.minimap.enabled': false,
      'editor.occurrencesHighlight': 'off',
      'editor.selectionHighlight': false,
      'editor.stickyScroll.enabled': false,
      'workbench.activityBar.location': 'hidden',
    },
  });
  try {
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.openFile(file);
    await workbench.setTheme('dark');
    for (const [index, { name, title, size, run }] of stops.entries()) {
      const heading = `\n${index + 1}. ${title}`;
      const started = Date.now();
      await workbench.page.setViewportSize(size ?? windowSize);
      try {
        const gave = await run(workbench);
        console.log(`${heading} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
        for (const line of gave) console.log(`   ${line}`);
        await workbench.page.waitForTimeout(500); // until what slides in has arrived
        console.log(`   ${relative(root, await workbench.screenshot(name))}`);
      } catch (error) {
        const picture = relative(root, await workbench.screenshot(`${name}-failed`));
        const notes = await workbench.notifications.allInnerTexts();
        console.error(`${heading} failed: ${error instanceof Error ? error.message : String(error)}`);
        for (const note of notes) console.error(`   the window says: ${note.replaceAll('\n', ' ')}`);
        console.error(`   ${picture}`);
        return 1;
      }
    }
    return 0;
  } finally {
    await workbench.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
