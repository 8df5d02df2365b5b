/**
 * Does the tasks of the sample by itself, in a real window with the embedded models; prints what each
 * gave and saves a picture of each in .out/tour/.
 *
 *   npm start -- --tour
 */
import { relative } from 'node:path';
import { root } from '../../scripts/setup/paths.mjs';
import { Workbench } from './workbench';

const file = 'welcome.md';

/** A task: gives what it gave, in lines to print, and throws when it gave nothing. */
interface Stop {
  /** Of the picture. */
  name: string;
  title: string;
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
      return [await frame.locator('.facts').innerText(), ...strongest];
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

async function main(): Promise<number> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const headless = process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY;
  const workbench = await Workbench.open({
    headless,
    screenshots: 'tour',
    size: { width: 1280, height: 760 },
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
    for (const [index, { name, title, run }] of stops.entries()) {
      const heading = `\n${index + 1}. ${title}`;
      const started = Date.now();
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
