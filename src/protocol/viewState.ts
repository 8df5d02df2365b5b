/** What the attention view remembers when it is hidden or its window is reloaded. */
import type { AttentionPart } from './engine';

/** The view shows one text and model, or two side by side. */
export type SideName = 'a' | 'b';

/** A text whose attention is shown, as it travels with the view's saved state. */
export interface ViewSource {
  /** The document the text was taken from; empty when it was written for the view. */
  readonly uri: string;
  /** Where the text stood in it: UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Absolute path of the model's folder. */
  readonly model: string;
  /** Which window of a text that is longer than the model takes, counted from 0. */
  readonly window: number;
  /** Of an encoder-decoder; else nothing. */
  readonly part?: AttentionPart;
}

export interface SideState {
  readonly source: ViewSource;
  /** Index of the chosen head, layer * heads + head. */
  readonly head: number;
  /** Heads that are taken together for their mean or maximum. */
  readonly selected: readonly number[];
  /** Index of the focused token. */
  readonly token: number;
  /** What the map shows: cells a screen pixel's worth, and the top left corner in cells; none for all of it. */
  readonly zoom?: { readonly scale: number; readonly x: number; readonly y: number };
}

export const panes = ['map', 'lines', 'output', 'occlusion'] as const;
export type Pane = (typeof panes)[number];
export const combinations = ['head', 'mean', 'max', 'rollout'] as const;
export type Combination = (typeof combinations)[number];
export const directions = ['from', 'to'] as const;
export type Direction = (typeof directions)[number];

/** What holds for both sides. */
export interface ViewOptions {
  readonly pane: Pane;
  readonly combination: Combination;
  /** Whether the text is coloured by what the focused token attends to, or by what attends to it. */
  readonly direction: Direction;
  /** Leave out the first token, on which heads rest that look for nothing. */
  readonly withoutSink: boolean;
  /** Leave out the special tokens. */
  readonly withoutSpecial: boolean;
  /** Merge the tokens of a word. */
  readonly words: boolean;
  /** The measure that heads are sorted by; empty for the model's own order. */
  readonly sort: string;
  /** The class of heads that is shown; empty for all. */
  readonly kind: string;
  readonly pinned: boolean;
}

export const defaultOptions: ViewOptions = {
  pane: 'map',
  combination: 'head',
  direction: 'from',
  withoutSink: false,
  withoutSpecial: false,
  words: false,
  sort: '',
  kind: '',
  pinned: false,
};

export interface ViewState {
  readonly a: SideState;
  readonly b?: SideState;
  readonly options: ViewOptions;
}

/** `state` when it is what a view saved, else `undefined`: it comes from storage that other versions wrote. */
export function readViewState(state: unknown): ViewState | undefined {
  if (!isRecord(state)) return undefined;
  const a = readSide(state['a']);
  const options = readOptions(state['options']);
  if (!a || !options) return undefined;
  const b = readSide(state['b']);
  return { a, options, ...(b && { b }) };
}

const parts: readonly AttentionPart[] = ['self', 'encoder', 'decoder', 'cross'];

function readSide(state: unknown): SideState | undefined {
  if (!isRecord(state) || !isRecord(state['source'])) return undefined;
  const { uri, start, end, text, model, window, part } = state['source'];
  const { head, selected, token, zoom } = state;
  if (typeof uri !== 'string' || typeof text !== 'string' || typeof model !== 'string') return undefined;
  if (!isIndex(start) || !isIndex(end) || !isIndex(head) || !isIndex(token)) return undefined;
  if (!isIndex(window) || (part !== undefined && !isOneOf(part, parts))) return undefined;
  if (!Array.isArray(selected) || !selected.every(isIndex)) return undefined;
  const place = readZoom(zoom);
  const source = { uri, start, end, text, model, window, ...(part && { part }) };
  return { source, head, selected, token, ...(place && { zoom: place }) };
}

function readZoom(zoom: unknown): SideState['zoom'] {
  if (!isRecord(zoom)) return undefined;
  const { scale, x, y } = zoom;
  const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  return isFinite(scale) && isFinite(x) && isFinite(y) ? { scale, x, y } : undefined;
}

function readOptions(state: unknown): ViewOptions | undefined {
  if (!isRecord(state)) return undefined;
  const { pane, combination, direction, withoutSink, withoutSpecial, words, sort, kind, pinned } = state;
  if (!isOneOf(pane, panes) || !isOneOf(combination, combinations) || !isOneOf(direction, directions))
    return undefined;
  if (typeof sort !== 'string' || typeof kind !== 'string') return undefined;
  const flags = { withoutSink, withoutSpecial, words, pinned };
  if (!areBooleans(flags)) return undefined;
  return { pane, combination, direction, sort, kind, ...flags };
}

function areBooleans<K extends string>(values: Record<K, unknown>): values is Record<K, boolean> {
  return Object.values(values).every((value) => typeof value === 'boolean');
}

function isOneOf<T extends string>(value: unknown, names: readonly T[]): value is T {
  return (names as readonly unknown[]).includes(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
