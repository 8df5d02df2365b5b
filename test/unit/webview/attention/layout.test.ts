import assert from 'node:assert/strict';
import { cellAt, cellSize, labelStep, moveInGrid } from '../../../../src/webview/attention/layout';

describe('the layout of the map', () => {
  it('fills the width with whole pixels, within bounds', () => {
    assert.equal(cellSize(400, 20), 20);
    assert.equal(cellSize(409, 20), 20);
    assert.equal(cellSize(400, 3), 28);
    assert.equal(cellSize(400, 512), 4);
    assert.equal(cellSize(-10, 5), 4);
  });

  it('labels as many tokens as there is room for', () => {
    assert.equal(labelStep(20), 1);
    assert.equal(labelStep(13), 1);
    assert.equal(labelStep(4), 4);
  });

  it('finds the cell at a point', () => {
    assert.deepEqual(cellAt(25, 5, 10, 3), { row: 0, column: 2 });
    assert.equal(cellAt(30, 5, 10, 3), undefined);
    assert.equal(cellAt(-1, 5, 10, 3), undefined);
  });
});

describe('moveInGrid', () => {
  const from = { row: 1, column: 1 };

  it('moves by arrows, Home and End, and stays inside', () => {
    assert.deepEqual(moveInGrid('ArrowUp', from, 3, 4), { row: 0, column: 1 });
    assert.deepEqual(moveInGrid('ArrowDown', { row: 2, column: 1 }, 3, 4), { row: 2, column: 1 });
    assert.deepEqual(moveInGrid('ArrowLeft', { row: 1, column: 0 }, 3, 4), { row: 1, column: 0 });
    assert.deepEqual(moveInGrid('ArrowRight', from, 3, 4), { row: 1, column: 2 });
    assert.deepEqual(moveInGrid('End', from, 3, 4), { row: 1, column: 3 });
    assert.deepEqual(moveInGrid('Home', from, 3, 4), { row: 1, column: 0 });
  });

  it('leaves other keys to others', () => {
    assert.equal(moveInGrid('Tab', from, 3, 4), undefined);
  });
});
