import assert from 'node:assert/strict';
import { classifyHead } from '../../../../src/core/attention/classes';

/** A matrix whose entries are given by query and key, rows normalised over what the query can see. */
function matrix(
  tokens: number,
  causal: boolean,
  weight: (query: number, key: number) => number,
): Float32Array {
  const result = new Float32Array(tokens * tokens);
  for (let query = 0; query < tokens; query++) {
    const keys = Array.from({ length: causal ? query + 1 : tokens }, (_, key) => key);
    const total = keys.reduce((sum, key) => sum + weight(query, key), 0);
    for (const key of keys) result[query * tokens + key] = weight(query, key) / total;
  }
  return result;
}

const tokens = 24;
const causal = { causal: true, ids: Array.from({ length: tokens }, (_, token) => token) };
const masked = {
  causal: false,
  ids: causal.ids.map((id) => (id === 0 || id === tokens - 1 ? undefined : id)),
};
/** Ten tokens, twice, behind one that begins the text. */
const period = 10;
const repeated = {
  causal: true,
  ids: [undefined, ...Array.from({ length: 2 * period }, (_, token) => 100 + (token % period))],
};

describe('classes of heads', () => {
  it('see a fixed offset behind a sink', () => {
    // 0.95 and more rests on the first token; of what is left, most goes one back.
    const head = classifyHead(
      matrix(tokens, true, (query, key) => (key === 0 ? 20 : key === query - 1 ? 0.8 : 0.01)),
      causal,
    );
    assert.equal(head.kind, 'position');
    assert.equal(head.offset, -1);
    assert.equal(head.figure, 1);
    assert(head.setAside > 0.9);
  });

  it('see an offset to the right', () => {
    const weights = matrix(tokens, false, (query, key) => (key === query + 1 ? 5 : 0.1));
    const { kind, offset } = classifyHead(weights, masked);
    assert.deepEqual({ kind, offset }, { kind: 'position', offset: 1 });
  });

  it('tell even attention from one that picks', () => {
    assert.equal(
      classifyHead(
        matrix(tokens, true, () => 1),
        causal,
      ).kind,
      'broad',
    );
    assert.equal(
      classifyHead(
        matrix(tokens, false, () => 1),
        masked,
      ).kind,
      'broad',
    );
    const picks = (query: number, key: number) => ((query * 7 + key * 5) % 11 === 0 ? 9 : 0.05);
    const { kind, offset } = classifyHead(matrix(tokens, false, picks), masked);
    assert.deepEqual({ kind, offset }, { kind: 'content', offset: null });
  });

  it('call it a sink where nothing is left beside the first and the special tokens', () => {
    const first = classifyHead(
      matrix(tokens, true, (_, key) => (key === 0 ? 1 : 0)),
      causal,
    );
    const expected = { kind: 'sink', offset: null, figure: 1, setAside: 1, duplicate: 0, induction: 0 };
    assert.deepEqual(first, expected);
    const separator = matrix(tokens, false, (_, key) => (key === tokens - 1 ? 1 : 1e-5));
    assert.equal(classifyHead(separator, masked).kind, 'sink');
    assert.equal(classifyHead(Float32Array.of(1), { causal: true, ids: [1] }).kind, 'sink');
  });

  it('see what followed an earlier copy, and the copy itself, on a text that is repeated', () => {
    const size = repeated.ids.length;
    const to = (offset: number) =>
      matrix(size, true, (query, key) =>
        key === 0 ? 1 : query > period && key === query + offset ? 3 : 0.01,
      );
    const induction = classifyHead(to(1 - period), repeated);
    assert.equal(induction.kind, 'induction');
    assert(induction.figure > 0.9 && induction.duplicate < 0.05, JSON.stringify(induction));
    assert.equal(induction.induction, induction.figure);
    const duplicate = classifyHead(to(-period), repeated);
    assert.equal(duplicate.kind, 'duplicate');
    assert(duplicate.figure > 0.9 && duplicate.induction < 0.05, JSON.stringify(duplicate));
  });

  it('take copies on both sides where both are seen', () => {
    const both = { causal: false, ids: repeated.ids };
    const copies = (query: number, key: number) => (Math.abs(query - key) === period ? 5 : 0.01);
    assert.equal(classifyHead(matrix(both.ids.length, false, copies), both).kind, 'duplicate');
  });
});
