import assert from 'node:assert/strict';
import type { HeadClass } from '../../../../../src/core/attention/classes';
import { measureNames, type MeasureName } from '../../../../../src/core/attention/measures';
import type { HeadFigures } from '../../../../../src/protocol/view';
import { headOrder, reachable } from '../../../../../src/webview/attention/overview/order';

const common = { figure: 1, setAside: 0, duplicate: 0, induction: 0 };
const classes: HeadClass[] = [
  { ...common, kind: 'position', offset: -1 },
  { ...common, kind: 'sink', offset: null },
  { ...common, kind: 'position', offset: -1 },
  { ...common, kind: 'position', offset: 3 },
];
const measures = Object.fromEntries(measureNames.map((name) => [name, new Float32Array(4)])) as Record<
  MeasureName,
  Float32Array
>;
measures.induction = Float32Array.of(0.2, NaN, 0.7, 0.5);
const figures: HeadFigures = { measures, classes };

describe('the order of heads', () => {
  it('is the model’s own at first', () => {
    assert.deepEqual(headOrder(4, undefined, '', ''), [0, 1, 2, 3]);
  });

  it('goes by a measure, the largest first and those without a figure last', () => {
    assert.deepEqual(headOrder(4, figures, 'induction', ''), [2, 3, 0, 1]);
  });

  it('leaves out heads of other classes', () => {
    assert.deepEqual(headOrder(4, figures, '', 'previous'), [0, 2]);
    assert.deepEqual(headOrder(4, figures, 'induction', 'offset'), [3]);
    assert.deepEqual(headOrder(4, figures, '', 'induction'), []);
  });

  it('goes by what a random text that is repeated has shown of the heads', () => {
    const scores = [0.1, 0.9, 0.3, 0.6];
    const calibrated = classes.map((head, at) => ({
      ...head,
      induction: scores[at]!,
      duplicate: 1 - scores[at]!,
    }));
    const known = { measures, classes: calibrated };
    assert.deepEqual(headOrder(4, known, 'calibratedInduction', ''), [1, 3, 2, 0]);
    assert.deepEqual(headOrder(4, known, 'calibratedDuplicate', ''), [0, 2, 3, 1]);
    assert.deepEqual(headOrder(4, { measures }, 'calibratedInduction', ''), [0, 1, 2, 3]);
  });

  it('shows all where there are no classes, as of cross-attention, and none of a class that is not known', () => {
    assert.deepEqual(headOrder(4, { measures, classes: [] }, '', 'previous'), [0, 1, 2, 3]);
    assert.deepEqual(headOrder(5, figures, '', 'previous'), [0, 2]);
  });

  it('waits for the figures', () => {
    assert.deepEqual(headOrder(4, undefined, 'induction', 'previous'), [0, 1, 2, 3]);
  });
});

describe('the head that keys begin at', () => {
  it('is the chosen one, or the first where that is left out', () => {
    assert.equal(reachable([3, 1, 2], 1), 1);
    assert.equal(reachable([3, 2], 1), 3);
    assert.equal(reachable([], 1), undefined);
  });
});
