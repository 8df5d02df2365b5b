import assert from 'node:assert/strict';
import * as path from 'node:path';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { complete } from '../../../../src/engine/tasks/complete';
import type { CompleteParams, CompletePartial, EngineError } from '../../../../src/protocol/engine';
import { fixture } from '../../fixtures';

const embedded = path.join(__dirname, '../../../../models/headlight-gpt2');
const text = 'The old house stood at the end of the road. Nobody had lived there for';

describe('Completing where someone writes', () => {
  const models = new ModelStore({ threads: 1 });
  after(() => models.closeAll());

  async function run(params: Partial<CompleteParams>, turn = async () => undefined as void) {
    const partials: CompletePartial[] = [];
    const result = await complete(
      { model: embedded, text, count: 1, maxNewTokens: 12, extent: 'sentence', budgetMs: 60_000, ...params },
      { models, turn, partial: (value) => partials.push(structuredClone(value)) },
    );
    return { ...result, partials };
  }
  const textsOf = ({ completions }: { completions: { text: string }[] }) =>
    completions.map((one) => one.text);

  it('finishes the word that was begun', async () => {
    assert.match(textsOf(await run({ text: `${text} the peop` }))[0]!, /^le/);
    assert.match(textsOf(await run({ text: 'It was a happy ti' }))[0]!, /^\p{L}+/u);
  });

  it('gives the same for a word half typed as before it, where the model meant that word', async () => {
    const whole = textsOf(await run({}))[0]!;
    for (const typed of [1, 3, 5])
      assert(textsOf(await run({ text: text + whole.slice(0, typed) }))[0]!.startsWith(whole.slice(typed)));
  });

  it('puts no second blank behind one', async () => {
    for (const completion of textsOf(await run({ text: `${text} `, count: 4 })))
      assert.match(completion, /^\S/);
  });

  it('reads of a prompt only what is new', async () => {
    await run({});
    const { readTokens, promptTokens } = await run({ text: `${text} ye` });
    assert(promptTokens > 10);
    assert.equal(readTokens, 1, 'the last token, for its logits');
    assert((await run({ text: `${text} years and ye` })).readTokens <= 3);
  });

  it('still does when the text is longer than the window', async () => {
    const long = Array.from({ length: 900 }, (_, index) => `word ${index}.`).join(' ');
    const first = await run({ text: long });
    assert(first.promptTokens < 512);
    const read: number[] = [];
    for (let at = 1; at <= 12; at++)
      read.push((await run({ text: `${long}${' and more'.repeat(at)}` })).readTokens);
    assert(read.filter((count) => count < 8).length >= 11, read.join(' '));
  });

  it('streams what it has, with the tokens at their places', async () => {
    const { partials, completions } = await run({});
    const [{ text: whole, tokens }] = completions as [(typeof completions)[0]];
    assert(partials.length > 1);
    for (const partial of partials) assert(whole.startsWith(partial.text) || partial.text.startsWith(whole));
    assert.equal(tokens.map(({ start, end }) => whole.slice(start, end)).join(''), whole);
    for (const token of tokens) assert.equal(whole.slice(token.start, token.end), token.text);
  });

  it('gives several that begin differently, the first as if it were alone', async () => {
    const several = await run({ count: 4 });
    assert.equal(several.completions.length, 4);
    const begins = several.completions.map(({ tokens }) => tokens[0]?.id);
    assert.equal(new Set(begins).size, 4);
    const logprobs = several.completions.map(({ tokens }) => tokens[0]!.logprob);
    assert.deepEqual(
      logprobs,
      logprobs.toSorted((a, b) => b - a),
    );
    assert.equal(begins[0], (await run({})).completions[0]!.tokens[0]!.id);
  });

  it('is empty where its first word would be a guess', async () => {
    const guess = { text: 'Fix the ' };
    assert.notEqual(textsOf(await run(guess))[0], '');
    const { completions, partials } = await run({ ...guess, leastProbability: 0.05 });
    assert.deepEqual([completions[0]!.text, completions[0]!.tokens, partials], ['', [], []]);
    assert.deepEqual(textsOf(await run({ leastProbability: 0.05 })), textsOf(await run({})));
  });

  it('takes a word that was begun for as probable as it is among those that begin so', async () => {
    // As a word among all it has a probability of 0.01.
    const [word] = textsOf(await run({ text: 'She read the newsp', leastProbability: 0.1 }));
    assert.match(word!, /^aper/);
  });

  it('writes a name of the text once more', async () => {
    const named = 'The Knative Eventing service is small. Start the Knative Ev';
    assert.match(textsOf(await run({ text: named }))[0]!, /^enting service/);
  });

  it('ends with the word when its time is over', async () => {
    const { completions } = await run({ budgetMs: 0 });
    assert.equal(completions[0]!.finish, 'length');
    assert.equal(completions[0]!.tokens.length, 1);
  });

  it('works without a past and with little room', async () => {
    for (const name of ['gpt2-optimum', 'gpt2-no-position-ids'])
      for (const count of [1, 3]) {
        const { completions } = await run({ model: fixture(name), text: 'The old lighthou', count });
        assert.equal(completions.length, count);
      }
  });

  it('begins a text where nothing stands', async () => {
    assert(textsOf(await run({ text: '' }))[0]!.length > 0);
  });

  it('names a count that is out of range', () =>
    assert.rejects(run({ count: 0 }), (error: EngineError) => error.code === 'option'));
});
