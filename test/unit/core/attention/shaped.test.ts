import assert from 'node:assert/strict';
import { groupTokens } from '../../../../src/core/attention/grouping';
import { combine, ShapedAttention } from '../../../../src/core/attention/shaped';
import type { AttentionTensor } from '../../../../src/core/attention/tensor';
import type { Token } from '../../../../src/core/text/token';
import { randomStream } from '../../../../src/core/decoding/sampling';

const near = (actual: ArrayLike<number>, expected: readonly number[]) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert(Math.abs(actual[i]! - value) < 1e-6, `[${i}] is ${actual[i]} instead of ${value}`),
  );
};
const first = { layer: 0, head: 0 };

/** One head's matrix. */
function single(matrix: readonly number[], queries: number): AttentionTensor {
  return {
    layers: [Float32Array.from(matrix)],
    heads: 1,
    queries,
    keys: matrix.length / queries,
  };
}

describe('shaped attention', () => {
  const matrix = [0.8, 0.1, 0.1, 0.5, 0.25, 0.25, 0.2, 0.6, 0.2];

  it('is the model’s own where nothing is changed', () => {
    const groups = [[0], [1], [2]];
    const shaped = new ShapedAttention(single(matrix, 3), groups, groups);
    near(shaped.matrix(first), matrix);
    assert.equal(shaped.left(first, 0), 1);
  });

  it('makes what is left of a row the whole, where a token is taken out', () => {
    const groups = [[1], [2]];
    const shaped = new ShapedAttention(single(matrix, 3), groups, groups);
    near(shaped.matrix(first), [0.5, 0.5, 0.75, 0.25]);
    near([shaped.left(first, 0), shaped.left(first, 1)], [0.5, 0.8]);
  });

  it('leaves a row 0 of which nothing is left', () => {
    const groups = [[1], [2]];
    const shaped = new ShapedAttention(single([1, 0, 0, 1, 0, 0, 0, 1, 0], 3), groups, groups);
    near(shaped.matrix(first), [0, 0, 1, 0]);
    assert.equal(shaped.left(first, 0), 0);
  });

  it('averages the rows of a word and sums its columns, so that rows still sum to 1', () => {
    const groups = [[0], [1, 2]];
    const shaped = new ShapedAttention(single(matrix, 3), groups, groups);
    near(shaped.matrix(first), [0.8, 0.2, 0.35, 0.65]);
  });

  it('averages only the rows that have something left', () => {
    const groups = [[1, 2]];
    const shaped = new ShapedAttention(single([1, 0, 0, 1, 0, 0, 0.2, 0.6, 0.2], 3), groups, groups);
    near(shaped.matrix(first), [1]);
    near([shaped.left(first, 0)], [0.4]);
  });

  it('has rows and columns that are those of its matrix', () => {
    const random = randomStream(3);
    const tokens = 9;
    const weights = Array.from({ length: tokens }, () => {
      const row = Array.from({ length: tokens }, random);
      const total = row.reduce((sum, value) => sum + value, 0);
      return row.map((value) => value / total);
    }).flat();
    const groups = [[1], [2, 3, 4], [6], [7, 8]];
    const shaped = new ShapedAttention(single(weights, tokens), groups, groups);
    const shown = [...shaped.matrix(first)];
    for (let at = 0; at < groups.length; at++) {
      near(shaped.row(first, at), shown.slice(at * 4, at * 4 + 4));
      near(
        shaped.column(first, at),
        shown.filter((_, place) => place % 4 === at),
      );
      near([shown.slice(at * 4, at * 4 + 4).reduce((a, b) => a + b, 0)], [1]);
    }
  });

  it('may have other queries than keys', () => {
    const shaped = new ShapedAttention(single([0.5, 0.3, 0.2, 0.1, 0.1, 0.8], 2), [[0, 1]], [[0], [1, 2]]);
    near(shaped.matrix(first), [0.3, 0.7]);
  });

  it('combines heads by their mean or their maximum', () => {
    const heads = [Float32Array.of(0.2, 0.8), Float32Array.of(0.6, 0.4)];
    near(combine(heads, 2, 'mean'), [0.4, 0.6]);
    near(combine(heads, 2, 'max'), [0.6, 0.8]);
    assert.equal(combine([heads[0]!], 1, 'max'), heads[0]);
  });
});

describe('groups of tokens', () => {
  const token = (start: number, end: number, special = false): Token => ({
    id: 0,
    text: '',
    start,
    end,
    special,
  });
  const text = "The lighthouse, don't 😀!";
  const tokens = [
    token(0, 0, true),
    token(0, 3),
    token(3, 9), // " light"
    token(9, 14), // "house"
    token(14, 15),
    token(15, 19), // " don"
    token(19, 20),
    token(20, 21),
    token(21, 24), // " 😀", its bytes
    token(22, 24),
    token(22, 24),
    token(24, 25),
    token(25, 25, true),
  ];

  it('are the tokens themselves, unless words are wanted', () => {
    assert.deepEqual(
      groupTokens(tokens, text, {}),
      tokens.map((_, index) => [index]),
    );
  });

  it('leave out the first token, or all special ones', () => {
    assert.deepEqual(groupTokens(tokens, text, { removeSink: true })[0], [1]);
    const groups = groupTokens(tokens, text, { removeSpecial: true });
    assert.deepEqual([groups.length, groups[0], groups.at(-1)], [11, [1], [11]]);
  });

  it('are words, with their apostrophes, and characters of several tokens; punctuation stays alone', () => {
    assert.deepEqual(groupTokens(tokens, text, { words: true }), [
      [0],
      [1],
      [2, 3],
      [4],
      [5, 6, 7],
      [8, 9, 10],
      [11],
      [12],
    ]);
  });

  it('keep white space that stands alone from the word behind it', () => {
    const lines = 'one\ntwo';
    const found = groupTokens([token(0, 3), token(3, 4), token(4, 7)], lines, { words: true });
    assert.deepEqual(found, [[0], [1], [2]]);
  });
});
