import assert from 'node:assert/strict';
import type { Token } from '../../../../src/core/text/token';
import { unitAt, unitsOf, weightsOf } from '../../../../src/webview/attention/unit';

const token = (text: string, start: number, end: number, special = false): Token => ({
  id: 0,
  text,
  start,
  end,
  special,
});
const tokens = [token('[CLS]', 0, 0, true), token('un', 0, 2), token('tie', 2, 5), token('it', 6, 8)];

describe('units', () => {
  it('are tokens, or words written as in the text', () => {
    const units = unitsOf('Untie it', tokens, [[1, 2], [3]]);
    assert.deepEqual(
      units.map(({ text, start, end }) => [text, start, end]),
      [
        ['Untie', 0, 5],
        ['it', 6, 8],
      ],
    );
  });

  it('are found by a token, also by one that is left out', () => {
    const units = unitsOf('Untie it', tokens, [[1, 2], [3]]);
    assert.deepEqual(
      [0, 1, 2, 3].map((at) => unitAt(units, at)),
      [0, 0, 0, 1],
    );
  });

  it('give what they attend to and what attends to them', () => {
    const [rows, columns] = [unitsOf('a b', tokens, [[1], [2]]), unitsOf('a b', tokens, [[1], [2], [3]])];
    const shown = { rows, columns, weights: Float32Array.of(1, 2, 3, 4, 5, 6) };
    assert.deepEqual([...weightsOf(shown, 'from', 1)], [4, 5, 6]);
    assert.deepEqual([...weightsOf(shown, 'to', 1)], [2, 5]);
  });
});
