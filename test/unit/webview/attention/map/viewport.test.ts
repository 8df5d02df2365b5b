import assert from 'node:assert/strict';
import {
  bounded,
  cellAt,
  cornerOf,
  fitted,
  panned,
  revealing,
  showsAll,
  zoomed,
  type Extent,
} from '../../../../../src/webview/attention/map/viewport';

const extent: Extent = { width: 400, height: 400, rows: 100, columns: 100 };

describe('what a map shows', () => {
  it('is all of it at first, and a small matrix is not blown up', () => {
    assert.deepEqual(fitted(extent), { scale: 4, x: 0, y: 0 });
    assert.equal(fitted({ ...extent, rows: 3, columns: 3 }).scale, 28);
    assert(showsAll(fitted(extent), extent));
  });

  it('keeps what is under the pointer there while it zooms', () => {
    const before = cellAt(fitted(extent), extent, 130, 250);
    const near = zoomed(fitted(extent), extent, 3, 130, 250);
    assert.deepEqual(cellAt(near, extent, 130, 250), before);
    assert.equal(near.scale, 12);
    assert(!showsAll(near, extent));
  });

  it('never shows what lies beyond the matrix', () => {
    const near = zoomed(fitted(extent), extent, 2, 0, 0);
    assert.deepEqual(panned(near, extent, -50, 9999), { scale: 8, x: 0, y: 50 });
    assert.deepEqual(zoomed(near, extent, 0.01, 10, 10), { scale: 4, x: 0, y: 0 });
    assert.equal(zoomed(near, extent, 1000, 10, 10).scale, 64);
  });

  it('fits a part that was shown in another size', () => {
    assert.deepEqual(bounded({ scale: 1, x: 90, y: -3 }, extent), { scale: 4, x: 0, y: 0 });
  });

  it('moves as little as shows a cell', () => {
    const near = { scale: 40, x: 20, y: 20 };
    assert.deepEqual(revealing(near, extent, { row: 25, column: 25 }), near);
    assert.deepEqual(revealing(near, extent, { row: 19, column: 30 }), { scale: 40, x: 21, y: 19 });
  });

  it('moves to a row without a step to the side', () => {
    const near = { scale: 40, x: 20, y: 20 };
    assert.deepEqual(revealing(near, extent, { row: 40 }), { scale: 40, x: 20, y: 31 });
    assert.deepEqual(revealing(near, extent, { row: 25 }), near);
  });

  it('finds cells by points and points by cells', () => {
    const near = { scale: 10, x: 2.5, y: 0 };
    assert.deepEqual(cellAt(near, extent, 4, 4), { row: 0, column: 2 });
    assert.deepEqual(cellAt(near, extent, 6, 14), { row: 1, column: 3 });
    assert.deepEqual(cornerOf(near, { row: 1, column: 3 }), { left: 5, top: 10 });
    assert.equal(cellAt(fitted(extent), extent, 400, 0), undefined);
  });
});
