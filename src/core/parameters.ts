/** How many numbers a model has learnt, from its sizes alone. */
import type { Family } from './families';
import type { ModelShape } from './modelShape';

/** Parameters by where they are. */
export interface Parameters {
  /** Tables that are looked up: tokens, positions, which text. */
  readonly embeddings: number;
  readonly layers: number;
  /** What makes predictions of the last layer's vectors; nothing where that is the table of tokens again. */
  readonly head: number;
  readonly total: number;
}

/**
 * Counts a model's parameters as `transformers` does; a table that is also the head is counted once.
 * `test/fixtures/golden/parameters.json` has what that gives for the models the families are named after.
 */
export function countParameters(shape: ModelShape, family: Pick<Family, 'name' | 'tasks'>): Parameters {
  const { layers, ownLayers, decoderLayers } = shape;
  const isPair = decoderLayers > 0;
  const norm = normSize(shape);
  // An encoder-decoder has all outside of its layers twice, but for the table of tokens.
  const sides = isPair ? 2 : 1;
  const embeddings = vocabularyTable(shape) + sides * besideTheTokens(shape);
  const outer = sides * ((shape.hasLastNorm ? norm : 0) + shape.relativeDistances * shape.heads);
  const own = (isPair ? layers : ownLayers) * layerSize(shape, 1) + decoderLayers * layerSize(shape, 2);
  const head = headSize(shape, family);
  return { embeddings, layers: own + outer, head, total: embeddings + own + outer + head };
}

export function vocabularyTable({ vocabulary, embedding }: ModelShape): number {
  return vocabulary * embedding;
}

/** A layer's matrices, biases and gains; of a decoder that looks at a source too, there are two attentions in it. */
export function layerSize(shape: ModelShape, attentions: 1 | 2): number {
  const { hidden, inner, heads, keyValueHeads, headSize, isGated } = shape;
  const queries = heads * headSize;
  const keys = keyValueHeads * headSize;
  const biases = {
    all: queries + 2 * keys + hidden,
    'queries, keys and values': queries + 2 * keys,
    output: hidden,
    none: 0,
  }[shape.hasAttentionBiases];
  const attention = 2 * hidden * queries + 2 * hidden * keys + biases;
  const forward = (isGated ? 3 : 2) * hidden * inner;
  const forwardBiases = shape.architecture.hasFeedForwardBiases ? inner + hidden : 0;
  return attentions * attention + forward + forwardBiases + (attentions + 1) * normSize(shape);
}

function normSize({ architecture, hidden }: ModelShape, width = hidden): number {
  return architecture.norm === 'layer' ? 2 * width : width;
}

/** Positions, token types, their norm, and the way from narrower embeddings to the layers. */
function besideTheTokens(shape: ModelShape): number {
  const { hidden, embedding, positions, tokenTypes, architecture } = shape;
  const norm = architecture.outerNorms.embeddings ? normSize(shape, embedding) : 0;
  if (embedding === hidden) return (positions + tokenTypes) * hidden + norm;
  // OPT's positions are as wide as its layers, and it goes back from there to its head.
  if (!architecture.hasTokenTypes) return positions * hidden + norm + 2 * embedding * hidden;
  return (positions + tokenTypes) * embedding + norm + embedding * hidden + hidden;
}

function headSize(shape: ModelShape, { name, tasks }: Pick<Family, 'name' | 'tasks'>): number {
  const { hidden, embedding, vocabulary, labels, tiesHead } = shape;
  const dense = hidden * hidden + hidden;
  const linear = (width: number): number => hidden * width + width;
  switch (name) {
    case 'causal':
    case 'encoder-decoder':
      return tiesHead ? 0 : vocabularyTable(shape);
    case 'masked': {
      const words = linear(embedding) + normSize(shape, embedding) + vocabulary;
      const pairs = tasks.includes('nextSentence') ? dense + linear(2) : 0;
      return words + pairs + (shape.architecture.keepsPooler ? dense : 0);
    }
    case 'classifier':
      return dense + linear(labels);
    case 'question-answering':
      return linear(2);
    case 'next-sentence':
      return dense + linear(2);
    case 'encoder':
      return dense;
  }
}
