import assert from 'node:assert/strict';
import { curve, linesOf, MOST_LINES, ROW_HEIGHT } from '../../../../../src/webview/attention/panes/lines';
import type { Shown, Unit } from '../../../../../src/webview/attention/unit';

const units = (count: number): Unit[] =>
  Array.from({ length: count }, (_, at) => ({
    text: 'x',
    start: at,
    end: at + 1,
    special: false,
    tokens: [at],
  }));

describe('the lines of a row', () => {
  it('are the strongest, in order, without those that hardly count', () => {
    const shown: Shown = {
      rows: units(2),
      columns: units(3),
      weights: Float32Array.of(1, 0, 0, 0.1, 0.004, 0.896),
    };
    assert.deepEqual(
      linesOf(shown, 1).map(({ column }) => column),
      [2, 0],
    );
  });

  it('are not more than can be told apart', () => {
    const weights = new Float32Array(100).fill(0.01);
    assert.equal(linesOf({ rows: units(1), columns: units(100), weights }, 0).length, MOST_LINES);
  });

  it('run from the middle of the row to the middle of the column', () => {
    const path = curve({ row: 1, column: 3, weight: 1 }, 100);
    assert.equal(
      path,
      `M0 ${1.5 * ROW_HEIGHT}C50 ${1.5 * ROW_HEIGHT} 50 ${3.5 * ROW_HEIGHT} 100 ${3.5 * ROW_HEIGHT}`,
    );
  });
});
