import assert from 'node:assert/strict';
import type { HeadClass } from '../../../../src/core/attention/classes';
import { headKindOf } from '../../../../src/core/attention/headKinds';

describe('headKindOf', () => {
  it('names heads that look at an offset by it', () => {
    const at = (offset: number): HeadClass => ({
      kind: 'position',
      offset,
      figure: 1,
      setAside: 0,
      duplicate: 0,
      induction: 0,
    });
    assert.deepEqual([-1, 0, 1, -2].map(at).map(headKindOf), ['previous', 'self', 'next', 'offset']);
    assert.equal(headKindOf({ ...at(0), kind: 'induction', offset: null }), 'induction');
  });
});
