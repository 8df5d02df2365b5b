/**
 * The conversation between the editor and the attention view, as types. Requests are numbered and go from the
 * view to the editor; replies carry a result or an error. What the editor says unasked is a `notice`.
 */
import type { Token } from '../core/text/token';

/** A text whose attention is shown, as it travels with the view's saved state. */
export interface ViewSource {
  /** The document the text was taken from. */
  readonly uri: string;
  /** Where the text stood in it: UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Absolute path of the model's folder. */
  readonly model: string;
}

/** What the view paints first. */
export interface AttentionPicture {
  readonly source: ViewSource;
  /** The model's name, as on screen. */
  readonly modelName: string;
  readonly tokens: readonly Token[];
  readonly layers: number;
  readonly heads: number;
  readonly causal: boolean;
  readonly truncated: boolean;
  /** Side of a thumbnail in cells. */
  readonly thumbnailSize: number;
  /** [layers, heads, size, size] as `round(255 * sqrt(p))`; see `AttentionResult`. */
  readonly thumbnails: Uint8Array<ArrayBuffer>;
}

/** What the view asks of the editor. */
export interface ViewMethods {
  /** The view has loaded, or was shown again, and asks what to paint; waits while it is being computed. */
  picture: { params: Record<string, never>; result: AttentionPicture };
  /** One head's attention: [tokens, tokens], row i is what query i attends to. */
  head: { params: { layer: number; head: number }; result: { weights: Float32Array<ArrayBuffer> } };
  /** A token was focused, by its index: mark it in the document. */
  focusToken: { params: { token: number }; result: Record<string, never> };
}

export type ViewMethod = keyof ViewMethods;
export type ViewParams<M extends ViewMethod> = ViewMethods[M]['params'];
export type ViewResult<M extends ViewMethod> = ViewMethods[M]['result'];

/** From the view. */
export type ViewRequest = {
  [M in ViewMethod]: { type: 'request'; id: number; method: M; params: ViewParams<M> };
}[ViewMethod];

/** To the view. */
export type ToView =
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; message: string }
  /** Another text is shown from now on: ask for the picture again. */
  | { type: 'notice'; kind: 'changed' };

/** The view's strings in the user's language; `{0}`, `{1}`, ... stand for what the view puts in. */
export interface ViewWords {
  readonly reading: string;
  readonly title: string;
  readonly size: string;
  readonly causal: string;
  readonly bidirectional: string;
  readonly truncated: string;
  readonly text: string;
  readonly textHelp: string;
  readonly overview: string;
  readonly overviewHelp: string;
  readonly layer: string;
  readonly layerAndHead: string;
  readonly map: string;
  readonly mapHelp: string;
  readonly from: string;
  readonly to: string;
  readonly weight: string;
  readonly attendedBy: string;
  readonly legend: string;
}

/** What the view remembers when it is hidden or its window is reloaded. */
export interface ViewState {
  readonly source: ViewSource;
  readonly layer: number;
  readonly head: number;
  /** Index of the focused token. */
  readonly token: number;
}

/** `state` when it is what a view saved, else `undefined`: it comes from storage that other versions wrote. */
export function readViewState(state: unknown): ViewState | undefined {
  if (!isRecord(state) || !isRecord(state['source'])) return undefined;
  const { uri, start, end, text, model } = state['source'];
  const { layer, head, token } = state;
  if (typeof uri !== 'string' || typeof text !== 'string' || typeof model !== 'string') return undefined;
  if (!isIndex(start) || !isIndex(end) || !isIndex(layer) || !isIndex(head) || !isIndex(token))
    return undefined;
  return { source: { uri, start, end, text, model }, layer, head, token };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
