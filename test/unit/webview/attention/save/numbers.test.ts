import assert from 'node:assert/strict';
import { measureNames, type MeasureName } from '../../../../../src/core/attention/measures';
import { defaultOptions } from '../../../../../src/protocol/viewState';
import { toJson, type Numbers } from '../../../../../src/webview/attention/save/numbers';

const text = 'a b';
const units = ['a', 'b'].map((piece, at) => ({
  text: piece,
  start: 2 * at,
  end: 2 * at + 1,
  special: false,
  tokens: [at],
}));
const tokens = units.map(({ tokens: _, ...token }, id) => ({ ...token, id }));
const groups = [[0], [1]];
const measures = Object.fromEntries(
  measureNames.map((name) => [name, Float32Array.of(0.1, 0.2, 0.3, 0.4)]),
) as Record<MeasureName, Float32Array>;
measures.induction = new Float32Array(4).fill(NaN);
const headClass = {
  kind: 'broad',
  offset: null,
  figure: 1,
  setAside: 0,
  duplicate: 0,
  induction: 0,
} as const;
const numbers: Numbers = {
  shown: { rows: units, columns: units, weights: Float32Array.of(1, 0, 0.25, 0.75) },
  title: '第 1 层，第 0 个头',
  picture: {
    source: { uri: '', start: 0, end: 3, text, model: '/models/a', window: 0 },
    modelName: 'a',
    part: 'self',
    parts: ['self'],
    tokens,
    keyTokens: tokens,
    layers: 2,
    heads: 2,
    causal: true,
    window: { index: 0, count: 1, start: 0, end: 3 },
    queries: groups,
    keys: groups,
    thumbnailRows: 2,
    thumbnailColumns: 2,
    thumbnails: new Uint8Array(16),
  },
  source: { kind: 'heads', heads: [{ layer: 1, head: 0 }], combine: 'mean' },
  figures: { measures, classes: [headClass, headClass, { ...headClass, kind: 'sink' }, headClass] },
};

interface Saved {
  weights: number[][];
  source: {
    kind: string;
    combine?: string;
    layer?: number;
    heads?: {
      layer: number;
      head: number;
      class?: { kind: string };
      measures?: Record<string, number | null>;
    }[];
  };
}
const saved = (changed: Partial<Numbers> = {}): Saved =>
  JSON.parse(toJson({ ...numbers, ...changed }, defaultOptions)) as Saved;

describe('a matrix that is saved as JSON', () => {
  it('has its numbers, and which head it is in words for a program, with its class and measures', () => {
    const { weights, source } = saved();
    assert.deepEqual(weights, [
      [1, 0],
      [0.25, 0.75],
    ]);
    assert.equal(source.kind, 'heads');
    assert.equal(source.combine, undefined, 'of one head there is nothing to combine');
    const [head] = source.heads ?? [];
    assert.deepEqual([head?.layer, head?.head, head?.class?.kind], [1, 0, 'sink']);
    assert.equal(head?.measures?.['entropy'], 0.3);
    assert.equal(head?.measures?.['induction'], null);
  });

  it('says which heads are taken together, and how', () => {
    const heads = [
      { layer: 0, head: 1 },
      { layer: 1, head: 1 },
    ];
    const { source } = saved({ source: { kind: 'heads', heads, combine: 'max' }, figures: undefined });
    assert.deepEqual(source, { kind: 'heads', combine: 'max', heads });
    assert.deepEqual(saved({ source: { kind: 'rollout', layer: 1 } }).source, { kind: 'rollout', layer: 1 });
  });
});
