import assert from 'node:assert/strict';
import { GapSearch } from '../../../../src/core/decoding/gapSearch';

/** Log probabilities of the next of four ids behind each; id 3 closes, id 0 is never of a filling. */
const next = [
  [0.1, 0.5, 0.3, 0.1],
  [0.05, 0.17, 0.48, 0.3],
  [0.05, 0.25, 0.1, 0.6],
].map((row) => Float32Array.from(row, Math.log));

function search(top: number, beams: number, maxTokens: number): GapSearch {
  const found = new GapSearch({
    top,
    beams,
    maxTokens,
    closers: [3],
    isBanned: (id) => id === 0 || id === 3,
  });
  let rows = [next[0]!];
  while (!found.done) {
    const step = found.step(rows);
    rows = step.tokens.map((token) => next[token]!);
  }
  return found;
}

/** Every filling of up to `length` of the ids 1 and 2, with the probability of it and of what closes it. */
function all(length: number): { ids: number[]; logProbability: number }[] {
  const found: { ids: number[]; logProbability: number }[] = [];
  const extend = (ids: number[], sum: number): void => {
    const row = next[ids.at(-1) ?? 0]!;
    if (ids.length > 0) found.push({ ids, logProbability: sum + row[3]! });
    if (ids.length < length) for (const id of [1, 2]) extend([...ids, id], sum + row[id]!);
  };
  extend([], 0);
  return found.sort((a, b) => b.logProbability - a.logProbability);
}

describe('the search for fillings of a gap', () => {
  it('finds the likeliest ones, of any length', () => {
    const found = search(5, 16, 6).best;
    const wanted = all(6).slice(0, 5);
    assert.deepEqual(
      found.map(({ ids }) => ids),
      wanted.map(({ ids }) => ids),
    );
    found.forEach(({ logProbability }, index) =>
      assert(Math.abs(logProbability - wanted[index]!.logProbability) < 1e-5),
    );
  });

  it('ends as soon as nothing better can come', () => {
    let steps = 0;
    const found = new GapSearch({
      top: 1,
      beams: 4,
      maxTokens: 50,
      closers: [3],
      isBanned: (id) => id === 0,
    });
    let rows = [next[0]!];
    while (!found.done) {
      const step = found.step(rows);
      rows = step.tokens.map((token) => next[token === 3 ? 0 : token]!);
      steps++;
    }
    assert(steps < 10, String(steps));
  });

  it('keeps fillings short', () => {
    assert(search(9, 9, 2).best.every(({ ids }) => ids.length <= 2));
  });

  it('sums over everything that closes the gap', () => {
    const found = new GapSearch({
      top: 1,
      beams: 1,
      maxTokens: 1,
      closers: [0, 3],
      isBanned: (id) => id !== 1,
    });
    found.step([next[0]!]);
    found.step([next[1]!]);
    assert(Math.abs(Math.exp(found.best[0]!.logProbability) - 0.5 * (0.05 + 0.3)) < 1e-6);
  });
});
