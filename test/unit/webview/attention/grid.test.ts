import assert from 'node:assert/strict';
import { moveInGrid } from '../../../../src/webview/attention/grid';

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
