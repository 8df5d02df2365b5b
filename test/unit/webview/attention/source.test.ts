import assert from 'node:assert/strict';
import { sourceOf } from '../../../../src/webview/attention/source';

describe('what a matrix is made of', () => {
  it('is the chosen head', () => {
    assert.deepEqual(sourceOf('head', 14, [], 12, 6), {
      kind: 'heads',
      heads: [{ layer: 1, head: 2 }],
      combine: 'mean',
    });
  });

  it('is the selected heads together, or all where none is selected', () => {
    const two = sourceOf('max', 0, [1, 13], 12, 6);
    assert.deepEqual(two, {
      kind: 'heads',
      heads: [
        { layer: 0, head: 1 },
        { layer: 1, head: 1 },
      ],
      combine: 'max',
    });
    const all = sourceOf('mean', 0, [], 12, 6);
    assert(all.kind === 'heads' && all.heads.length === 72);
  });

  it('is the rollout up to the chosen head’s layer', () => {
    assert.deepEqual(sourceOf('rollout', 25, [], 12, 6), { kind: 'rollout', layer: 2 });
  });
});
