import { say } from '../../../core/message';
import { gapAt } from '../../../core/text/gap';
import { trimmed } from '../../../core/text/paragraph';
import { seenSpans } from '../../../core/text/seen';
import type { Span } from '../../../core/text/span';
import {
  EngineError,
  type Prediction,
  type PredictParams,
  type PredictResult,
  type SeenToken,
} from '../../../protocol/engine';
import type { Model } from '../../model/modelStore';
import type { Turn } from '../../scheduler';
import type { TaskContext } from '../context';
import { predictCausal } from './causal';
import { predictByEncoderDecoder } from './encoderDecoder';
import { predictMasked } from './masked';

/** A place in a text that a model is to predict. */
export interface Place {
  readonly text: string;
  /** What is hidden; empty between two words. */
  readonly hidden: Span;
  /** How many predictions are wanted. */
  readonly top: number;
}

export interface Predicted {
  readonly tokens: SeenToken[];
  readonly predictions: Prediction[];
}

/**
 * What a model predicts at a place of a text and what it sees there: a causal model what stands to the left, a
 * masked model or an encoder-decoder both sides.
 * @throws EngineError `option` for a place outside of the text
 */
export async function predict(params: PredictParams, { models, turn }: TaskContext): Promise<PredictResult> {
  const place = placeOf(params);
  const { model, loadMs } = await models.open(params.model, 'predict');
  const started = performance.now();
  const { tokens, predictions } = await predictWith(model, place, turn);
  return {
    model: model.folder.name,
    family: model.folder.family.name,
    hidden: place.hidden,
    // Tokens of some vocabularies have the space before them.
    sees: seenSpans(tokens)
      .map((span) => trimmed(place.text, span))
      .filter(({ start, end }) => end > start),
    tokens,
    predictions,
    timing: { loadMs, runMs: performance.now() - started },
    memoryBytes: model.memory,
  };
}

function predictWith(model: Model, place: Place, turn: Turn): Promise<Predicted> {
  switch (model.kind) {
    case 'causal':
      return predictCausal(model, place, turn);
    case 'encoder':
      return predictMasked(model, place, turn);
    case 'encoder-decoder':
      return predictByEncoderDecoder(model, place, turn);
  }
}

function placeOf({ text, position, end, top = 5 }: PredictParams): Place {
  const isIn = (offset: number): boolean => Number.isInteger(offset) && offset >= 0 && offset <= text.length;
  if (!isIn(position) || (end !== undefined && (!isIn(end) || end < position)))
    throw new EngineError(
      'option',
      say`The place ${position}${end === undefined ? '' : say` to ${end}`} isn't in the text;
        it must be from 0 to ${text.length}.`,
    );
  if (!Number.isInteger(top) || top < 1)
    throw new EngineError('option', say`top is ${top}; it must be a whole number of at least 1.`);
  return { text, hidden: end === undefined ? gapAt(text, position) : { start: position, end }, top };
}
