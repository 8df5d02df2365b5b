/** Rows of the attention view, measured in a real window. */
import type { Frame, Page } from 'playwright-core';
import { ModelStore } from '../../../src/engine/model/modelStore';
import { claimGraphicsCard, type AttentionPage } from '../../e2e/attentionView';
import { bertvizBytes, drawAsSvg, removeSvg } from './peers';
import { AttentionWindow, countScripts, frameOf, framesOf, tellsMemory } from './window';
import { threads } from '../contenders/contender';
import { folderOf, openPrompts, Skipped, windowOf, type Folders } from '../modelSet';
import type { Measure } from '../row';
import { median, percentile } from '../statistics';

/**
 * From a new text's being asked for to its painted overview, with the view open, over the model's own forward pass
 * that fetches the attentions: BERT's shape in fp32, 512 tokens. In turns, a new text each.
 */
export const attentionOpen: Measure = async ({ models, rounds }) => {
  const folder = folderOf(models.masked, 'masked', 'fp32');
  const prompts = await openPrompts(folder);
  const length = Math.min(512, windowOf(folder));
  const made = Array.from({ length: rounds + 2 }, (_, number) => prompts.make(length, number));
  const store = new ModelStore({ threads });
  const { model } = await store.open(folder, 'attention');
  const forward = async (number: number): Promise<number> => {
    if (model.kind !== 'encoder') throw new Error('The masked model is no masked model.');
    const ids = [...made[number]!.ids];
    const started = performance.now();
    await model.net.attentions({ ids, typeIds: ids.map(() => 0) });
    return performance.now() - started;
  };
  const window = await AttentionWindow.open(
    folder,
    made.map(({ text }) => text),
  );
  try {
    const view = await window.show(0);
    // Each text is shown by the command alone, not also because the cursor has come to it.
    await view.toggle('pin').click();
    await window.timeOverview(view, 1);
    await forward(0);
    const [opened, passes]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      opened.push(await window.timeOverview(view, round + 2));
      // What follows the first picture (matrix, measures) is done.
      await window.workbench.idle();
      passes.push(await forward(round + 2));
    }
    await window.workbench.screenshot('attention-open-512');
    const [ours, peer] = [median(opened), median(passes)];
    return { unit: 'ms', ours, peer, peerName: 'the forward pass alone', ratio: ours / peer };
  } finally {
    await window.close();
    await store.closeAll();
  }
};

/**
 * The 95th percentile of the time between frames while the pointer moves over a head of 1,024 tokens and drags it,
 * zoomed in, by the browser's own timings; beside the same with plain SVG of 256 tokens, a rectangle a cell.
 */
export const attentionFrames: Measure = async ({ models }) => {
  const window = await openLongText(models.causal);
  try {
    const { frame, view, move } = await showLongText(window);
    const ours = percentile((await framesOf(frame, move)).between, 95);
    await window.workbench.screenshot('attention-frame-1024');
    await drawAsSvg(frame, 256);
    const onSvg = (): Promise<void> => hoverAndDrag(window, view.frame.locator('#plain-svg'));
    const peer = percentile((await framesOf(frame, onSvg)).between, 95);
    await removeSvg(frame);
    return { unit: 'ms', ours, peer, peerName: 'plain SVG, 256 tokens', ratio: ours };
  } finally {
    await window.close();
  }
};

/**
 * What the view's own scripts take of such a frame where a graphics card draws: the 95th percentile. The calls are
 * WebGL2's; without a card the processor draws, in a process of its own whose time isn't counted.
 */
export const attentionScripts: Measure = async ({ models }) => {
  const window = await openLongText(models.causal, async (page) => {
    await claimGraphicsCard(page);
    await countScripts(page);
  });
  try {
    const { frame, view, move } = await showLongText(window);
    const painter = await view.field.getAttribute('data-painter');
    if (painter !== 'webgl') throw new Skipped('this browser has no WebGL2');
    const { scripts } = await framesOf(frame, move);
    if (!scripts.some((time) => time > 0)) throw new Error('The scripts were not counted.');
    const ours = percentile(scripts, 95);
    return { unit: 'ms', ours, peer: null, peerName: null, ratio: ours };
  } finally {
    await window.close();
  }
};

async function openLongText(
  models: Folders,
  prepare?: (page: Page) => Promise<void>,
): Promise<AttentionWindow> {
  const folder = folderOf(models, 'causal', 'fp32');
  const { text } = (await openPrompts(folder)).make(Math.min(1024, windowOf(folder)), 0);
  return AttentionWindow.open(folder, [text], prepare);
}

/** Shows the only text, and moves once over its map for practice. */
async function showLongText(
  window: AttentionWindow,
): Promise<{ view: AttentionPage; frame: Frame; move: () => Promise<void> }> {
  const view = await window.show(0);
  await window.workbench.idle();
  await view.field.scrollIntoViewIfNeeded();
  const move = (): Promise<void> => hoverAndDrag(window, view.field);
  await move();
  return { view, frame: await frameOf(view), move };
}

/**
 * By how much the memory of the browser's drawing processes grows when the view of 12 x 12 heads of 512 tokens is
 * opened, in MB; beside what BertViz embeds in its page for the same attentions.
 */
export const attentionMemory: Measure = async ({ models }) => {
  if (!tellsMemory()) throw new Skipped("this system doesn't tell the memory of processes");
  const folder = folderOf(models.masked, 'masked', 'fp32');
  const length = Math.min(512, windowOf(folder));
  const { text, ids } = (await openPrompts(folder)).make(length, 0);
  const window = await AttentionWindow.open(folder, [text]);
  try {
    await window.workbench.page.waitForTimeout(2000);
    const before = await window.rendererMemory();
    const view = await window.show(0);
    await window.workbench.idle();
    for (const head of [1, 2, 3]) await view.head(0, head).click();
    await window.workbench.idle();
    const ours = ((await window.rendererMemory()) - before) / 1e6;
    const even = new Float32Array(ids.length ** 2).map((_, at) => (1 + Math.sin(at) / 2) / ids.length);
    const peer = bertvizBytes(even, ids.length, 12, 12) / 1e6;
    return { unit: 'MB', ours, peer, peerName: "BertViz's JSON alone", ratio: ours };
  } finally {
    await window.close();
  }
};

/** Moves the pointer over a map for some seconds, zooms in and drags. */
async function hoverAndDrag(
  { workbench }: AttentionWindow,
  field: ReturnType<AttentionWindow['workbench']['page']['locator']>,
): Promise<void> {
  const { mouse } = workbench.page;
  const { x, y, width, height } = (await field.boundingBox())!;
  const at = (part: number, other: number): [number, number] => [x + width * part, y + height * other];
  await mouse.move(...at(0.1, 0.1));
  await mouse.move(...at(0.9, 0.8), { steps: 60 });
  await mouse.move(...at(0.5, 0.5), { steps: 30 });
  for (let turn = 0; turn < 6; turn++) await mouse.wheel(0, -120);
  for (const [part, other] of [
    [0.1, 0.2],
    [0.8, 0.4],
    [0.2, 0.8],
  ] as const) {
    await mouse.move(...at(0.5, 0.5));
    await mouse.down();
    await mouse.move(...at(part, other), { steps: 40 });
    await mouse.up();
  }
  for (let turn = 0; turn < 12; turn++) await mouse.wheel(0, 120);
}
