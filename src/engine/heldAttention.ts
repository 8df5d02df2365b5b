import { findCopies, idsToCompare, isPunctuation } from '../core/attention/copies';
import { groupTokens, type Groups, type Shaping } from '../core/attention/grouping';
import { massOn, massOnOwn, measureNames, measureSpread, type MeasureName } from '../core/attention/measures';
import { rollout } from '../core/attention/rollout';
import { combine, ShapedAttention } from '../core/attention/shaped';
import { headMatrix, tensorBytes, type AttentionTensor } from '../core/attention/tensor';
import { quantizeAll, thumbnail, thumbnailSide } from '../core/attention/thumbnails';
import { say, type Message } from '../core/message';
import {
  EngineError,
  type AttentionLinesParams,
  type AttentionLinesResult,
  type AttentionMatrixParams,
  type AttentionMeasuresResult,
  type AttentionRolloutResult,
  type AttentionSource,
  type HeadPictures,
  type ShapedParams,
} from '../protocol/engine';
import type { Turn } from './scheduler';
import type { Attention } from './tasks/attention';

/** What a source stands for: matrices of some attentions. */
interface Selection {
  readonly shaped: ShapedAttention;
  readonly heads: readonly { layer: number; head: number }[];
  readonly combine: 'mean' | 'max';
}

/** A text's attentions, and what is shown of them. */
export class HeldAttention {
  #rollout: AttentionTensor | undefined;
  readonly #shaped = new Map<string, ShapedAttention>();

  constructor(readonly attention: Attention) {}

  get bytes(): number {
    return tensorBytes(this.attention.tensor) + (this.#rollout ? tensorBytes(this.#rollout) : 0);
  }

  /** Which tokens make the rows and columns that are shown. */
  groups({ shaping }: Pick<ShapedParams, 'shaping'>): { queries: Groups; keys: Groups } {
    const { queries, keys } = this.#shape(this.attention.tensor, 'heads', shaping);
    return { queries, keys };
  }

  /** Pictures of all heads; gives way after each layer. */
  async pictures({ shaping }: Pick<ShapedParams, 'shaping'>, turn: Turn): Promise<HeadPictures> {
    const { tensor } = this.attention;
    const shaped = this.#shape(tensor, 'heads', shaping);
    const thumbnails = await this.#thumbnails(tensor, shaped, turn);
    const { rows, columns } = thumbnails;
    return {
      queries: shaped.queries,
      keys: shaped.keys,
      thumbnailRows: rows,
      thumbnailColumns: columns,
      thumbnails: thumbnails.thumbnails,
    };
  }

  async measures({ shaping }: ShapedParams, turn: Turn): Promise<AttentionMeasuresResult> {
    const { tensor, tokens, keyTokens, causal, part } = this.attention;
    const shaped = this.#shape(tensor, 'heads', shaping);
    const sees = part === 'cross' ? 'cross' : causal ? 'left' : 'both';
    const special = keyTokens.flatMap((token, key) => (token.special ? [key] : []));
    const punctuation = keyTokens.flatMap((token, key) => (isPunctuation(token) ? [key] : []));
    const copies = part === 'cross' ? undefined : findCopies(idsToCompare(tokens), causal);
    const count = tensor.layers.length * tensor.heads;
    const measures = Object.fromEntries(
      measureNames.map((name) => [name, new Float32Array(count).fill(NaN)]),
    ) as Record<MeasureName, Float32Array>;
    for (let layer = 0; layer < tensor.layers.length; layer++) {
      await turn();
      for (let head = 0; head < tensor.heads; head++) {
        const matrix = headMatrix(tensor, layer, head);
        const figures: Record<MeasureName, number | null> = {
          ...measureSpread(shaped.matrix({ layer, head }), shaped.keys.length, sees),
          sink: massOn(matrix, tensor.keys, [0]),
          special: massOn(matrix, tensor.keys, special),
          punctuation: massOn(matrix, tensor.keys, punctuation),
          duplicate: copies ? massOnOwn(matrix, tensor.keys, copies.duplicates) : null,
          induction: copies ? massOnOwn(matrix, tensor.keys, copies.inductions) : null,
        };
        for (const name of measureNames)
          measures[name][layer * tensor.heads + head] = figures[name] ?? Number.NaN;
      }
    }
    return { measures };
  }

  /** Computes the rollout once. Gives way after each layer. */
  async rollout({ shaping }: ShapedParams, turn: Turn): Promise<AttentionRolloutResult> {
    const { tensor, causal, part } = this.attention;
    if (part === 'cross') {
      throw new EngineError(
        'input',
        say`Rollout follows a text's attention to itself through the layers; cross-attention has none.`,
      );
    }
    if (!this.#rollout) {
      const layers: Float32Array[] = [];
      for (const layer of rollout(tensor, causal)) {
        layers.push(layer);
        await turn();
      }
      this.#rollout = { ...tensor, layers, heads: 1 };
    }
    const shaped = this.#shape(this.#rollout, 'rollout', shaping);
    return this.#thumbnails(this.#rollout, shaped, turn);
  }

  matrix(params: AttentionMatrixParams): Float32Array {
    const { shaped, heads, combine: how } = this.#select(params.source, params.shaping);
    const matrix = combine(matrices(), heads.length, how);
    // A copy: what is sent is the whole buffer behind an array.
    return heads.length === 1 ? matrix.slice() : matrix;

    function* matrices(): Generator<Float32Array> {
      for (const head of heads) yield shaped.matrix(head);
    }
  }

  map(params: AttentionMatrixParams): Uint8Array {
    return quantizeAll(this.matrix(params));
  }

  lines({ query, key, ...params }: AttentionLinesParams): AttentionLinesResult {
    const { shaped, heads, combine: how } = this.#select(params.source, params.shaping);
    requireIndex(say`row`, query, shaped.queries.length);
    requireIndex(say`column`, key, shaped.keys.length);
    const result: AttentionLinesResult = {};
    if (query !== undefined) {
      result.row = combine(
        heads.map((head) => shaped.row(head, query)),
        heads.length,
        how,
      );
      result.left = heads.reduce((sum, head) => sum + shaped.left(head, query), 0) / heads.length;
    }
    if (key !== undefined) {
      result.column = combine(
        heads.map((head) => shaped.column(head, key)),
        heads.length,
        how,
      );
    }
    return result;
  }

  async #thumbnails(
    tensor: AttentionTensor,
    shaped: ShapedAttention,
    turn: Turn,
  ): Promise<AttentionRolloutResult> {
    const count = tensor.layers.length * tensor.heads;
    const rows = thumbnailSide(shaped.queries.length, count);
    const columns = thumbnailSide(shaped.keys.length, count);
    const thumbnails = new Uint8Array(count * rows * columns);
    for (let layer = 0; layer < tensor.layers.length; layer++) {
      await turn();
      for (let head = 0; head < tensor.heads; head++) {
        const to = (layer * tensor.heads + head) * rows * columns;
        thumbnail(shaped.matrix({ layer, head }), shaped.keys.length, { rows, columns }, thumbnails, to);
      }
    }
    return { rows, columns, thumbnails };
  }

  #select(source: AttentionSource, shaping: Shaping | undefined): Selection {
    const { tensor } = this.attention;
    if (source.kind === 'heads') {
      if (source.heads.length === 0) throw new EngineError('input', say`No head is selected.`);
      for (const { layer, head } of source.heads) {
        if (layer in tensor.layers && Number.isInteger(head) && head >= 0 && head < tensor.heads) continue;
        throw new EngineError(
          'input',
          say`There is no layer ${layer}, head ${head}: the model has ${tensor.layers.length} x ${tensor.heads}.`,
        );
      }
      return { shaped: this.#shape(tensor, 'heads', shaping), heads: source.heads, combine: source.combine };
    }
    if (!this.#rollout)
      throw new EngineError('input', say`The rollout hasn't been computed yet: ask for it first.`);
    requireIndex(say`layer`, source.layer, this.#rollout.layers.length);
    return {
      shaped: this.#shape(this.#rollout, 'rollout', shaping),
      heads: [{ layer: source.layer, head: 0 }],
      combine: 'mean',
    };
  }

  #shape(tensor: AttentionTensor, name: string, shaping: Shaping = {}): ShapedAttention {
    const { removeSink = false, removeSpecial = false, words = false } = shaping;
    const key = JSON.stringify([name, removeSink, removeSpecial, words]);
    let shaped = this.#shaped.get(key);
    if (!shaped) {
      const { tokens, text, keyTokens, keyText } = this.attention;
      const keys = groupTokens(keyTokens, keyText, shaping);
      // The tokens that write a text from another aren't keys: nothing of theirs is taken out.
      const queries = keyTokens === tokens ? keys : groupTokens(tokens, text, { words });
      if (keys.length === 0 || queries.length === 0) {
        throw new EngineError(
          'input',
          say`Nothing is left of the text without its first and its special tokens.`,
        );
      }
      shaped = new ShapedAttention(tensor, queries, keys);
      this.#shaped.set(key, shaped);
    }
    return shaped;
  }
}

function requireIndex(name: Message, index: number | undefined, count: number): void {
  if (index === undefined || (Number.isInteger(index) && index >= 0 && index < count)) return;
  throw new EngineError('input', say`There is no ${name} ${index}: there are ${count}, counted from 0.`);
}
