import type { AttentionResult } from '../../protocol/engine';
import type {
  Comparison,
  FromView,
  ViewMethod,
  ViewMethods,
  ViewParams,
  ViewResult,
} from '../../protocol/view';
import type { SideName, ViewSource } from '../../protocol/viewState';
import type { PanelParts } from './attentionPanel';
import type { Reading } from './reading';
import { saveAllHeads } from './saveAllHeads';
import { askWhere, writeFile } from './saveFile';
import type { TokenMark } from './tokenMark';

/** What answers are made from. */
export interface Answering {
  readonly parts: PanelParts;
  readonly mark: TokenMark;
  readonly restoring: Promise<void> | undefined;
  /** @throws Error when the side shows nothing */
  reading(side: SideName): Reading;
  cursorToken(side: SideName, result: AttentionResult): number | undefined;
  show(side: SideName, source: ViewSource): void;
  compare(what: Comparison): Promise<boolean>;
  closeCompare(): void;
  pin(pinned: boolean): void;
}

type Answer<M extends ViewMethod> = (
  panel: Answering,
  params: ViewParams<M>,
  signal: AbortSignal,
  partial: (value: ViewMethods[M]['partial']) => void,
) => Promise<ViewResult<M>> | ViewResult<M>;

const answers: { readonly [M in ViewMethod]: Answer<M> } = {
  async picture(panel, { side, shaping }, signal) {
    await panel.restoring;
    const reading = panel.reading(side);
    const whole = await reading.result();
    const { handle: _, timing: __, model, ...result } = whole;
    const shaped = Object.values(shaping).some(Boolean)
      ? await reading.ask('attentionPictures', { shaping }, { signal })
      : result;
    const { source } = reading;
    const cursor = panel.cursorToken(side, whole);
    return own({ ...result, ...shaped, source, modelName: model, ...(cursor !== undefined && { cursor }) });
  },

  async pictures(panel, { side, shaping }, signal) {
    return own(await panel.reading(side).ask('attentionPictures', { shaping }, { signal }));
  },

  async matrix(panel, { side, source, shaping }, signal) {
    const { weights } = await panel.reading(side).ask('attentionMatrix', { source, shaping }, { signal });
    return { weights: new Float32Array(weights) };
  },

  async measures(panel, { side, shaping }, signal) {
    const { measures } = await panel
      .reading(side)
      .ask('attentionMeasures', { shaping }, { priority: 'background', signal });
    return Object.fromEntries(
      Object.entries(measures).map(([name, values]) => [name, new Float32Array(values)]),
    ) as typeof measures;
  },

  async classes(panel, { side }, signal) {
    const { model, part } = panel.reading(side).source;
    if (part === 'cross') return [];
    const options = { priority: 'background' as const, signal };
    const params = { model, ...(part && { part }) };
    return (await panel.parts.engine.request('headClasses', params, options)).classes;
  },

  predictions: (panel, { side, token }, signal) =>
    panel.reading(side).ask('predictions', { token }, { signal }),

  async occlusion(panel, { side, token }, signal, partial) {
    const result = await panel
      .reading(side)
      .ask(
        'occlusion',
        { token },
        { signal, priority: 'background', onPartial: ({ done, total }) => partial({ done, total }) },
      );
    return { ...result, importance: new Float32Array(result.importance) };
  },

  async focusToken(panel, { side, token, reveal }) {
    const reading = panel.reading(side);
    const { tokens, target } = await reading.result();
    const followed = panel.reading('a').source;
    // Another text was shown meanwhile, or on the right is one that isn't followed.
    if (reading !== panel.reading(side) || !isSamePlace(reading.source, followed)) return {};
    const found = tokens[token];
    // What a model has written stands in no document.
    if (found && target === undefined) panel.mark.show(found, reveal);
    else panel.mark.hide();
    return {};
  },

  stopReading(panel, { side }) {
    panel.reading(side).stop();
    return {};
  },

  look(panel, { side, window, part }) {
    const { source } = panel.reading(side);
    panel.show(side, { ...source, window, ...(part && { part }) });
    return {};
  },

  compare: async (panel, params) => ({ chosen: await panel.compare(params.with) }),

  closeCompare(panel) {
    panel.closeCompare();
    return {};
  },

  pin(panel, { pinned }) {
    panel.pin(pinned);
    return {};
  },

  async save(_, { name, bytes }) {
    const uri = await askWhere(name);
    if (uri) await writeFile(uri, bytes);
    return { saved: uri !== undefined };
  },

  async saveAllHeads(panel, { side, name, shaping }) {
    const reading = panel.reading(side);
    // Also while the user is asked, when the view may follow the document to another text.
    return reading.openFor(async () => {
      const uri = await askWhere(name);
      if (uri) await saveAllHeads(uri, reading, shaping);
      return { saved: uri !== undefined };
    });
  },
};

/** Answers a request of the view. */
export async function answer(
  panel: Answering,
  { method, params }: Extract<FromView, { type: 'request' }>,
  signal: AbortSignal,
  partial: (value: unknown) => void,
): Promise<ViewResult<ViewMethod>> {
  // The compiler can't follow that a method and its params belong together; the protocol's types say so.
  const run = answers[method] as Answer<ViewMethod>;
  return run(panel, params, signal, partial);
}

/** Whether two sources are one place of one document, be it read by different models. */
function isSamePlace(one: ViewSource, other: ViewSource): boolean {
  return one.uri === other.uri && one.start === other.start && one.text === other.text;
}

/** With thumbnails that are a copy: a message to the view carries the whole buffer behind an array. */
function own<T extends { thumbnails: Uint8Array }>(pictures: T): T {
  return { ...pictures, thumbnails: new Uint8Array(pictures.thumbnails) };
}
