import assert from 'node:assert/strict';
import {
  bestLengths,
  emptyFilling,
  extendFillings,
  type PartialFilling,
  type SlotChoice,
} from '../../../../src/core/decoding/jointFilling';

/** Chances of tokens 0 and 1 at two slots: alone, and once the other slot is filled. */
const chances = {
  alone: [
    [0.6, 0.4],
    [0.5, 0.5],
  ],
  /** [slot][the other's token][token] */
  after: [
    [
      [0.1, 0.9],
      [0.8, 0.2],
    ],
    [
      [0.3, 0.7],
      [0.9, 0.1],
    ],
  ],
};

function choicesOf({ tokens }: PartialFilling): SlotChoice[] {
  return tokens.flatMap((token, slot) => {
    if (token !== null) return [];
    const other = tokens[1 - slot] ?? null;
    const row = other === null ? chances.alone[slot]! : chances.after[slot]![other]!;
    return row.map((chance, candidate) => ({ slot, token: candidate, logprob: Math.log(chance) }));
  });
}

function search(width: number): PartialFilling[] {
  let fillings = [emptyFilling(2)];
  for (let step = 0; step < 2; step++) fillings = extendFillings(fillings, fillings.map(choicesOf), width);
  return fillings;
}

const rounded = (fillings: PartialFilling[]) =>
  fillings.map(({ tokens, logprob }) => [tokens, Number(Math.exp(logprob).toFixed(4))]);

describe('filling several masks together', () => {
  it('gives each filling its probability in the better of the two orders', () => {
    // [0, 1]: 0.6 * 0.7 from the left, 0.5 * 0.8 from the right; [1, 0]: 0.4 * 0.9 and 0.5 * 0.9; ...
    assert.deepEqual(rounded(search(10)), [
      [[1, 0], 0.45],
      [[0, 1], 0.42],
      [[0, 0], 0.18],
      [[1, 1], 0.1],
    ]);
  });

  it('keeps as many fillings as the beam is wide, the most probable ones', () => {
    // A beam of one begins with the most probable token, which leads to the second best filling.
    assert.deepEqual(rounded(search(1)), [[[0, 1], 0.42]]);
    assert.deepEqual(rounded(search(2)), [
      [[1, 0], 0.45],
      [[0, 1], 0.42],
    ]);
  });

  it('says for each token how probable it was when it was filled', () => {
    const [best] = search(10);
    assert.deepEqual(
      best!.logprobs.map((logprob) => Number(Math.exp(logprob!).toFixed(4))),
      [0.9, 0.5],
    );
  });

  it('has no filling where nothing is offered', () => {
    assert.deepEqual(extendFillings([emptyFilling(1)], [[]], 3), []);
  });
});

describe('choosing how many tokens each mask gets', () => {
  const scores = [
    [-1, -2],
    [-5, -1],
    [-1, -9],
  ];

  it('takes the best sums, best first', () => {
    assert.deepEqual(bestLengths(scores, 3), [
      [1, 2, 1],
      [2, 2, 1],
      [1, 1, 1],
    ]);
  });

  it('leaves out what is much worse than the best', () => {
    assert.deepEqual(bestLengths(scores, 10, 1.5), [
      [1, 2, 1],
      [2, 2, 1],
    ]);
  });
});
