import { npy } from '../../../core/npy';
import type { AttentionPicture } from '../../../protocol/view';
import type { ViewOptions } from '../../../protocol/viewState';
import type { Shown, Unit } from '../unit';

/** What is written about a matrix. */
export interface Numbers {
  readonly shown: Shown;
  readonly title: string;
  readonly picture: AttentionPicture;
}

/** The matrix as it is shown, with what it is of, as JSON; six digits of each weight. */
export function toJson({ shown, title, picture }: Numbers, options: ViewOptions): string {
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

/** The matrix as it is shown as a NumPy array [rows, columns]. */
export function toNpy({ shown }: Numbers): Uint8Array {
  return npy([shown.weights], [shown.rows.length, shown.columns.length]);
}
