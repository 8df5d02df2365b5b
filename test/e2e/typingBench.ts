/**
 * Measures in a VS Code window how long ghost text takes from a key to the screen: Headlight with its embedded model
 * and default settings, beside a provider that answers a constant at once. See scripts/bench.mjs for how to start it.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/setup/paths.mjs';
import { describeMachine, table } from '../bench/report';
import type { Row } from '../bench/row';
import { percentile } from '../bench/statistics';
import { sleep } from './support';
import { Workbench } from './workbench';

const { values: options } = parseArgs({
  options: {
    typing: { type: 'boolean' },
    keys: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
  },
});

/** Keys for each of the two. */
const keys = Number(options.keys ?? 200);
/** Keys in one of them before it is the other's turn. */
const turnLength = 25;
/** A key that nothing came for after so long is not waited for any more. */
const patienceMs = 1000;
/** Between what a key brought and the next key, so that some 4 keys a second are typed. */
const pauseMs = 120;

/** What is there before, what is typed behind it, and what comes below. */
const before = [
  'The harbour lay below the town, and from the upper windows one could see the boats come in. In winter there were',
  'few of them. The fishermen mended their nets in the long sheds behind the market, and their children ran between',
  'the barrels and were sent home when it grew dark.\n\nMy grandmother kept the small shop at the corner. She sold',
  'lamp oil, rope, sugar and letters: people came to her when they wanted something written, for she had a good hand',
  'and asked no questions. I sat under the counter and listened. Most of the letters went to sons and brothers who',
  'had gone over the sea, and most of them said the same things.\n\nOne evening in November a man came in whom nobody',
  'knew. He wore a coat that was too thin for the weather, and he had walked, he said, from the other side of the',
  'hills. ',
].join(' ');
const typed =
  'He asked for paper and a pen, and when my grandmother offered to write for him he shook his head and sat down by ' +
  'the stove. It took him a long time. The lamp burned low, and twice he stopped and looked at the door as if he had ' +
  'heard somebody outside. When he had finished he folded the sheet, put it into his coat and paid for it with a ' +
  'silver coin that was much too large. We never saw him again, but the letter came back in the spring.';

const after = [
  '\n\nIt was addressed to a house in our own street, and the stamp was one that none of us had ever seen. My grandmother',
  'turned it over twice and laid it beside the scales.',
  '\nFor a week it lay there, and everybody who came into the shop looked at it and said nothing.',
  '\nThen it was gone. I never asked who had taken it away, and nobody told me.',
  '\nYears later I found the coat.',
  '\nIt hung behind the door of the net shed, with the collar turned up, as if somebody had just come in from the rain.',
  '\nThe pockets were empty.\n',
].join(' ');

/** Where is typed: at the end of this line, which never gets so long. */
const line = before.split('\n').length;
const longest = 9999;

/** What the keys brought in one document. */
interface Outcome {
  /** Milliseconds from each key to the painting of the ghost text that came for it. */
  readonly times: number[];
  asSuggested: number;
  nothing: number;
}

async function main(): Promise<void> {
  const load = loadavg()[0]!.toFixed(1);
  const workbench = await Workbench.open({
    files: { 'headlight.md': before + after, 'constant.rst': before + after },
    extensions: [join(root, 'test/e2e/constantProvider')],
    settings: {
      'headlight.ghostText.enabled': true,
      'headlight.ghostText.languages': { restructuredtext: false },
      // As it is in Markdown: else the suggest widget stands in the way.
      '[restructuredtext]': { 'editor.quickSuggestions': { other: false }, 'editor.wordWrap': 'on' },
    },
  });
  try {
    await watchKeys(workbench);
    const outcomes = {
      'headlight.md': { times: [], asSuggested: 0, nothing: 0 } as Outcome,
      'constant.rst': { times: [], asSuggested: 0, nothing: 0 } as Outcome,
    };
    // The extensions start and the model is opened.
    for (const file of Object.keys(outcomes)) {
      await workbench.openFile(file);
      await workbench.goTo(line, longest);
      await workbench.statusItem('Headlight').first().waitFor();
      for (let wait = 0; wait < 40 && (await pressed(workbench, 'x')) === 'nothing'; wait++)
        await workbench.press('Backspace');
      await workbench.press('Backspace');
    }
    for (let done = 0; done < keys; done += turnLength)
      for (const [file, outcome] of Object.entries(outcomes)) {
        await workbench.openFile(file);
        await workbench.goTo(line, longest);
        for (let key = done; key < Math.min(done + turnLength, keys); key++) {
          const result = await pressed(workbench, typed[key % typed.length]!);
          if (result === 'as suggested') outcome.asSuggested++;
          else if (result === 'nothing') outcome.nothing++;
          else outcome.times.push(result);
          await sleep(pauseMs);
        }
      }
    report(outcomes['headlight.md'], outcomes['constant.rst'], load);
  } finally {
    await workbench.close();
  }
}

function report(ours: Outcome, constant: Outcome, load: string): void {
  const rows = ([50, 95] as const).map((p): Row => {
    const [own, other] = [percentile(ours.times, p), percentile(constant.times, p)];
    const peerName = 'a constant at once; the ratio is the excess in ms';
    return { id: `keystroke-p${p}`, unit: 'ms', ours: own, peer: other, peerName, ratio: own - other };
  });
  const machine = describeMachine();
  const date = `${new Date().toISOString().slice(0, 16)}Z`;
  const says = ({ times, asSuggested, nothing }: Outcome): string =>
    `${times.length} brought ghost text, ${asSuggested} were typed as suggested, ${nothing} brought none`;
  const text =
    `${machine}; ${date}; load average ${load} before. Headlight: of ${keys} keys ${says(ours)}; ` +
    `constant: ${says(constant)}\n\n${table(rows)}\n`;
  console.log(`\n${text}`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine, date, rows }, null, 2)}\n`);
  if (options.markdown !== undefined) writeFileSync(options.markdown, text);
}

/** What the page notes about the last key. */
interface KeyWatch {
  pressedAt: number;
  /** What was suggested when it was pressed. */
  shown: string;
  /** Whether the line was seen without ghost text since. */
  gone: boolean;
  paintedAt: number | undefined;
}

/** Has the page note when a key is pressed, and when ghost text is painted after it. */
async function watchKeys({ page }: Workbench): Promise<void> {
  await page.evaluate(() => {
    const watch: KeyWatch = { pressedAt: 0, shown: '', gone: false, paintedAt: undefined };
    // As a method, which the transpiler adds nothing to that the page doesn't have.
    const page = {
      keyWatch: watch,
      ghostText(): string {
        const parts = [...document.querySelectorAll('.ghost-text-decoration')];
        return parts.map((part) => part.textContent).join('');
      },
    };
    Object.assign(window, page);
    document.addEventListener(
      'keydown',
      ({ timeStamp }) =>
        Object.assign(watch, {
          pressedAt: timeStamp,
          shown: page.ghostText(),
          gone: page.ghostText() === '',
          paintedAt: undefined,
        }),
      true,
    );
    let painting = false;
    new MutationObserver(() => {
      if (watch.paintedAt !== undefined || painting) return;
      if (page.ghostText() === '') watch.gone = true;
      else if (watch.gone) {
        painting = true;
        // Called for the next frame: this one has been painted then.
        requestAnimationFrame(() => {
          painting = false;
          watch.paintedAt = performance.now();
        });
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

/** Presses a key and waits for what it brings: the milliseconds until ghost text was painted. */
async function pressed({ page }: Workbench, key: string): Promise<number | 'as suggested' | 'nothing'> {
  await page.keyboard.type(key);
  const result = await page.evaluate(
    async ({ patience, typedKey }) => {
      const { keyWatch, ghostText } = window as unknown as { keyWatch: KeyWatch; ghostText: () => string };
      for (const deadline = performance.now() + patience; performance.now() < deadline;) {
        if (keyWatch.paintedAt !== undefined) return keyWatch.paintedAt - keyWatch.pressedAt;
        if (
          !keyWatch.gone &&
          keyWatch.shown.replaceAll('\u00a0', ' ').startsWith(typedKey) &&
          ghostText() !== keyWatch.shown
        )
          return 'as suggested';
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return 'nothing';
    },
    { patience: patienceMs, typedKey: key },
  );
  return result;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
