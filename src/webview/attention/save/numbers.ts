import { npy } from '../../../core/npy';
import { measureNames } from '../../../core/attention/measures';
import type { AttentionSource } from '../../../protocol/engine';
import type { AttentionPicture, HeadFigures } from '../../../protocol/view';
import type { ViewOptions } from '../../../protocol/viewState';
import type { Shown, Unit } from '../unit';

/** What is written about a matrix. */
export interface Numbers {
  readonly shown: Shown;
  readonly title: string;
  readonly picture: AttentionPicture;
  /** What the matrix is made of. */
  readonly source: AttentionSource;
  /** Of all heads, in the same shape; nothing while they are being computed. */
  readonly figures: HeadFigures | undefined;
}

/** The matrix as it is shown, with what it is of, as JSON; six digits of each weight. */
export function toJson(
  { shown, title, picture, source: madeOf, figures }: Numbers,
  options: ViewOptions,
): string {
  const { source, modelName, part, window, layers, heads, causal } = picture;
  const { rows, columns, weights } = shown;
  const name = (unit: Unit): object => ({
    text: unit.text,
    start: unit.start,
    end: unit.end,
    special: unit.special,
    tokens: unit.tokens,
  });
  const about = {
    model: modelName,
    text: source.text,
    matrix: title,
    source: sourceOf(madeOf, heads, figures),
    part,
    window,
    layers,
    heads,
    causal,
    withoutFirstToken: options.withoutSink,
    withoutSpecialTokens: options.withoutSpecial,
    words: options.words,
    rows: rows.map(name),
    columns: columns.map(name),
  };
  const lines = rows.map((_, row) => {
    const values = weights.subarray(row * columns.length, (row + 1) * columns.length);
    return `[${Array.from(values, (value) => Number(value.toPrecision(6))).join(',')}]`;
  });
  return `${JSON.stringify(about, null, 2).slice(0, -2)},\n  "weights": [\n    ${lines.join(',\n    ')}\n  ]\n}\n`;
}

/** What a matrix is made of, each head with its class and measures; null where a measure has no meaning. */
function sourceOf(source: AttentionSource, heads: number, figures: HeadFigures | undefined): object {
  if (source.kind === 'rollout') return source;
  const { kind, combine } = source;
  const about = source.heads.map(({ layer, head }) => {
    const index = layer * heads + head;
    const headClass = figures?.classes?.[index];
    const measures =
      figures &&
      Object.fromEntries(
        measureNames.map((name) => {
          const value = figures.measures[name][index]!;
          return [name, Number.isNaN(value) ? null : Number(value.toPrecision(6))];
        }),
      );
    return { layer, head, ...(headClass && { class: headClass }), ...(measures && { measures }) };
  });
  return { kind, ...(about.length > 1 && { combine }), heads: about };
}

/** The matrix as it is shown as a NumPy array [rows, columns]. */
export function toNpy({ shown }: Numbers): Uint8Array {
  return npy([shown.weights], [shown.rows.length, shown.columns.length]);
}
