/**
 * The conversation between the editor and the attention view, as types. Requests are numbered and go from the
 * view to the editor; replies carry a result or an error. What the editor says unasked is a `notice`.
 */
import type { HeadClass } from '../core/attention/classes';
import type { Shaping } from '../core/attention/grouping';
import type { MeasureName } from '../core/attention/measures';
import type {
  AttentionResult,
  AttentionSource,
  HeadPictures,
  OcclusionResult,
  PredictionsResult,
} from './engine';
import type { SideName, ViewSource } from './viewState';

/** What the view paints first; at 12 layers, 12 heads and 512 tokens about 400 KB. */
export interface AttentionPicture extends Omit<AttentionResult, 'handle' | 'timing' | 'model'> {
  readonly source: ViewSource;
  /** The model's name, as on screen. */
  readonly modelName: string;
  /** The token at the cursor in the document, where the cursor is in the text. */
  readonly cursor?: number;
}

/** The figures of every head, and what they make of it. */
export interface HeadFigures {
  /** [layers * heads] by measure; NaN where a measure has no meaning in this text. */
  readonly measures: Readonly<Record<MeasureName, Float32Array>>;
  /** [layers * heads]; nothing until the model has been calibrated, or when it can't be; empty for cross-attention. */
  readonly classes?: readonly HeadClass[];
}

/** What side b is compared with. */
export type Comparison = 'model' | 'text' | 'head';

type Nothing = Record<string, never>;

/** What the view asks of the editor. `partial` is what comes before the result, where something does. */
export interface ViewMethods {
  /** A side has been loaded, or was shown again, and asks what to paint; waits while it is being computed. */
  picture: { params: { side: SideName; shaping: Shaping }; partial: never; result: AttentionPicture };
  /** The picture that a side waits for is no longer wanted. */
  stopReading: { params: { side: SideName }; partial: never; result: Nothing };
  /** The same text's thumbnails in another shape. */
  pictures: { params: { side: SideName; shaping: Shaping }; partial: never; result: HeadPictures };
  /** [queries, keys]: row i is what query i attends to. */
  matrix: {
    params: { side: SideName; source: AttentionSource; shaping: Shaping };
    partial: never;
    result: { weights: Float32Array };
  };
  measures: { params: { side: SideName; shaping: Shaping }; partial: never; result: HeadFigures['measures'] };
  /** Kept with the model: the first time may take a moment. None of cross-attention. */
  classes: { params: { side: SideName }; partial: never; result: readonly HeadClass[] };
  /** What the model predicts at a token. */
  predictions: { params: { side: SideName; token: number }; partial: never; result: PredictionsResult };
  /** What the output loses when a token is hidden, for each token: a run of the model each. */
  occlusion: {
    params: { side: SideName; token: number };
    partial: { done: number; total: number };
    result: OcclusionResult;
  };
  /** A token is focused, by its index: mark it in the document; when the user focused it here, scroll there too. */
  focusToken: {
    params: { side: SideName; token: number; reveal: boolean };
    partial: never;
    result: Nothing;
  };
  /** Shows another window of a long text, or another part of an encoder-decoder. */
  look: {
    params: { side: SideName; window: number; part: ViewSource['part'] };
    partial: never;
    result: Nothing;
  };
  /** Asks the user what to compare with, and shows it as side b; false when they changed their mind. */
  compare: { params: { with: Comparison }; partial: never; result: { chosen: boolean } };
  /** Side b is no longer shown. */
  closeCompare: { params: Nothing; partial: never; result: Nothing };
  /** Whether the view stays with its text, whatever is selected or edited. */
  pin: { params: { pinned: boolean }; partial: never; result: Nothing };
  /** Asks where to, and writes a file under the proposed name; `saved` is false when the user changed their mind. */
  save: { params: { name: string; bytes: Uint8Array }; partial: never; result: { saved: boolean } };
  /** The same for every head's matrix as one NumPy array, which only the engine has. */
  saveAllHeads: {
    params: { side: SideName; name: string; shaping: Shaping };
    partial: never;
    result: { saved: boolean };
  };
}

export type ViewMethod = keyof ViewMethods;
export type ViewParams<M extends ViewMethod> = ViewMethods[M]['params'];
export type ViewPartial<M extends ViewMethod> = ViewMethods[M]['partial'];
export type ViewResult<M extends ViewMethod> = ViewMethods[M]['result'];

/** From the view. */
export type FromView =
  | { [M in ViewMethod]: { type: 'request'; id: number; method: M; params: ViewParams<M> } }[ViewMethod]
  /** The result of a request is no longer wanted. */
  | { type: 'cancel'; id: number }
  /** A page has begun, and counts its requests anew: nobody waits for what another one before it has asked. */
  | { type: 'begun' };

export type ViewNotice =
  /** Another text is shown from now on: ask for the picture again. */
  | { kind: 'changed'; side: SideName }
  /** The cursor in the document came to a token. */
  | { kind: 'cursor'; side: SideName; token: number };

/** To the view. */
export type ToView =
  | { type: 'result'; id: number; value: unknown }
  | { type: 'partial'; id: number; value: unknown }
  /** `stale`: of a text that is no longer shown, so that nothing is to be said; `changed` has told of the next. */
  | { type: 'error'; id: number; message: string; stale?: boolean }
  | { type: 'notice'; notice: ViewNotice };
