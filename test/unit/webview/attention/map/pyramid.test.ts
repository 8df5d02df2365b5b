import assert from 'node:assert/strict';
import { levelFor, pyramidOf } from '../../../../../src/webview/attention/map/pyramid';

describe('the pyramid of a map', () => {
  it('keeps one strong cell at every level', () => {
    const [rows, columns] = [300, 200];
    const weights = new Float32Array(rows * columns);
    weights[(rows - 1) * columns + 101] = 1;
    const levels = pyramidOf(weights, rows, columns);
    assert.deepEqual(
      levels.map((level) => [level.rows, level.columns]),
      [
        [300, 200],
        [150, 100],
        [75, 50],
        [38, 25],
      ],
    );
    levels.forEach(({ shades, columns: width }, level) => {
      assert.equal(shades.indexOf(255), ((rows - 1) >> level) * width + (101 >> level));
      assert.equal(shades.lastIndexOf(255), shades.indexOf(255));
    });
  });

  it('shades by the square root', () => {
    assert.deepEqual(
      [...pyramidOf(Float32Array.of(0, 0.25, 1, 1 / 512), 2, 2)[0]!.shades],
      [0, 128, 255, 11],
    );
  });

  it('has one level for a small matrix', () => {
    assert.equal(pyramidOf(new Float32Array(64 * 64), 64, 64).length, 1);
  });
});

describe('levelFor', () => {
  it('takes the cells that are at least a pixel large', () => {
    assert.equal(levelFor(5, 4), 0);
    assert.equal(levelFor(5, 1), 0);
    assert.equal(levelFor(5, 0.6), 1);
    assert.equal(levelFor(5, 0.25), 2);
    assert.equal(levelFor(5, 0.001), 4);
  });
});
