import assert from 'node:assert/strict';
import { BeamSearch, type BeamSearchOptions } from '../../../../src/core/decoding/beamSearch';
import { processLogits } from '../../../../src/core/decoding/logitsProcessors';
import { logSoftmax, randomStream } from '../../../../src/core/decoding/sampling';
import goldens from '../../../fixtures/golden/beam-search.json';

/** The next token's logits are the row (last token + number of tokens) modulo the number of rows. */
type Table = number[][];

interface Search extends BeamSearchOptions {
  repetitionPenalty?: number;
  noRepeatNgramSize?: number;
}

/** Runs a search over a table, keeping the rows in order as an engine does its cache. */
function run(table: Table, prompt: number[], options: Search) {
  const search = new BeamSearch(options);
  let rows = [prompt];
  let steps = 0;
  while (!search.done) {
    const logProbs = rows.map((row) => {
      const scores = logSoftmax(Float32Array.from(table[(row.at(-1)! + row.length) % table.length]!));
      processLogits(scores, row, {
        repetitionPenalty: options.repetitionPenalty ?? 1,
        noRepeatNgramSize: options.noRepeatNgramSize ?? 0,
        doSample: false,
        temperature: 1,
        topK: 50,
        topP: 1,
        numBeams: options.numBeams,
        eosTokenIds: options.eosTokenIds,
      });
      return scores;
    });
    const { beams, tokens } = search.step(logProbs);
    rows = beams.map((beam, i) => [...rows[beam]!, tokens[i]!]);
    assert.deepEqual(
      rows.map((row) => row.slice(prompt.length)),
      search.sequences,
    );
    steps++;
  }
  return { steps, hypotheses: search.nBest(), best: search.best() };
}

const uniform = (size: number): Table => Array.from({ length: size }, () => Array<number>(size).fill(0));

const plain: BeamSearchOptions = {
  numBeams: 2,
  lengthPenalty: 1,
  earlyStopping: false,
  eosTokenIds: [],
  maxNewTokens: 3,
};

describe('beam search', () => {
  it(`gives what transformers ${goldens.transformers} gives`, () => {
    assert(goldens.cases.length > 200);
    for (const { table, prompt, steps, hypotheses, ...options } of goldens.cases) {
      const name = JSON.stringify(options);
      const result = run(goldens.tables[table]!, prompt, options as Search);
      assert.equal(result.steps, steps, name);
      assert.deepEqual(
        result.hypotheses.map(({ tokens }) => tokens),
        hypotheses.map(({ tokens }) => tokens),
        name,
      );
      for (const [i, { score }] of result.hypotheses.entries())
        assert(Math.abs(score - hypotheses[i]!.score) <= 1e-5 * Math.abs(score), `${name}: score ${i}`);
      assert.deepEqual(result.best, result.hypotheses[0]);
    }
  });

  it('finds the more probable text that greedy search misses', () => {
    const ln = Math.log;
    // After 0: 1 with 0.6, 2 with 0.4. After 0 1 all is even; after 0 2 comes 3 for sure.
    const table = [
      [-99, -99, -99, 0],
      [-99, ln(0.6), ln(0.4), -99],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    const { best } = run(table, [0], { ...plain, maxNewTokens: 2 });
    assert.deepEqual(best.tokens, [2, 3]);
    assert(Math.abs(best.score - ln(0.4) / 2) < 1e-6);
  });

  it('finishes a beam at a stop string', () => {
    // After n tokens, token n is nearly sure.
    const table = uniform(12).map((row, at) => row.map((_, id) => (2 * id === at + 1 ? 9 : 0)));
    const { best } = run(table, [0], {
      ...plain,
      maxNewTokens: 20,
      isStopped: (tokens) => tokens.at(-1) === 4,
    });
    assert.deepEqual(best.tokens, [1, 2, 3, 4]);
  });

  it('has a best text before any beam is finished', () => {
    const search = new BeamSearch({ ...plain, eosTokenIds: [5] });
    assert.deepEqual(search.best(), { tokens: [], score: 0 });
    const step = search.step([logSoftmax(Float32Array.of(1, 3, 2, 0, 0, -9))]);
    assert.deepEqual(step, { beams: [0, 0], tokens: [1, 2] });
    assert.deepEqual(search.best().tokens, [1]);
  });

  it('draws continuations by their probability, and the same ones with the same seed', () => {
    const even = uniform(8);
    const draw = (seed: number) => run(even, [0], { ...plain, random: randomStream(seed) }).best.tokens;
    assert.deepEqual(draw(1), draw(1));
    const texts = new Set(Array.from({ length: 40 }, (_, seed) => draw(seed).join()));
    assert(texts.size > 20, `only ${texts.size} different texts`);

    // Of two draws without replacement, token 2 (0.9 of the mass) is nearly always one, and 0 and 1 are even.
    const first = logSoftmax(Float32Array.from([0.05, 0.05, 0.9, 1e-9, 1e-9], Math.log));
    const random = randomStream(5);
    const seen = [0, 0, 0, 0, 0];
    for (let i = 0; i < 2000; i++) {
      const search = new BeamSearch({ ...plain, maxNewTokens: 9, random });
      // The chosen are the best 2 of 4 draws; the impossible ones are drawn last.
      for (const token of search.step([first]).tokens) seen[token]!++;
    }
    assert.equal(seen[2], 2000);
    assert.equal(seen[3]! + seen[4]!, 0);
  });

  it('refuses a wrong number of rows and steps after the end', () => {
    const search = new BeamSearch({ ...plain, maxNewTokens: 1 });
    const row = logSoftmax(Float32Array.of(1, 2, 3, 4, 5));
    assert.throws(() => search.step([row, row, row]), /3 beams instead of 2/);
    search.step([row]);
    assert(search.done);
    assert.throws(() => search.step([row, row]), /ended/);
  });

  it('stops with an error at logits that are no numbers', () => {
    const row = Float32Array.of(0, NaN, 0, 0);
    assert.throws(() => new BeamSearch(plain).step([row]), /no number/);
  });
});
