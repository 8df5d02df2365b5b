import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { fillMask } from '../../../../src/engine/tasks/fillMask';
import { score } from '../../../../src/engine/tasks/score';
import {
  EngineError,
  type FillParams,
  type FillPartial,
  type FillResult,
  type ScorePartial,
} from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface FillingsGolden {
  pairs: Record<string, { text: string; fillings: { ids: number[]; logprob: number }[] }[]>;
  expected: Record<string, { text: string; places: { ids: number[]; probabilities: number[] }[] }>;
}

const expected = golden<FillingsGolden>('fillings');
const models = new ModelStore({ threads: 1 });
const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
after(() => models.closeAll());

for (const name of ['bert-masked', 'roberta-masked']) {
  describe(`filling several masks with ${name}`, function () {
    this.timeout(20_000);
    const fill = (params: Omit<FillParams, 'model'>): Promise<FillResult> =>
      fillMask({ model: fixture(name), ...params }, context);
    const mask = name.startsWith('roberta') ? '<mask>' : '[MASK]';

    it('finds the fillings that an exhaustive search by transformers finds', async () => {
      for (const { text, fillings } of expected.pairs[name]!) {
        const result = await fill({ text, fillings: 40 });
        const found = result.fillings!.slice(0, fillings.length);
        assert.deepEqual(
          found.map(({ masks }) => masks.map(({ tokens }) => tokens[0]!.id)),
          fillings.map(({ ids }) => ids),
        );
        assertClose(
          found.map(({ logprob }) => logprob),
          fillings.map(({ logprob }) => logprob),
          1e-4,
        );
      }
    });

    it('gives as many as are asked for, most probable first, each a sum over its tokens', async () => {
      const { fillings } = await fill({ text: `The ${mask} of ${mask} and ${mask}.`, fillings: 7 });
      assert.equal(fillings!.length, 7);
      fillings!.forEach(({ masks, logprob }, index) => {
        assert.equal(masks.length, 3);
        if (index > 0) assert.ok(logprob <= fillings![index - 1]!.logprob);
        const sum = masks.flatMap(({ tokens }) => tokens).reduce((total, token) => total + token.logprob, 0);
        assert.ok(Math.abs(sum - logprob) < 1e-5);
      });
    });

    it('tells how far it is, step by step, to the last', async () => {
      for (const [text, maxTokens] of [
        [`The ${mask} was here.`, 1],
        [`The ${mask} was here.`, 2],
        [`The ${mask} of ${mask} and ${mask}.`, 1],
        [`The ${mask} of ${mask} and ${mask}.`, 3],
      ] as const) {
        const steps: FillPartial[] = [];
        const partial = (step: FillPartial): void => void steps.push(step);
        await fillMask({ model: fixture(name), text, fillings: 3, maxTokens }, { ...context, partial });
        assert.deepEqual(
          steps.map(({ done }) => done),
          steps.map((_, index) => index + 1),
        );
        assert.equal(steps.at(-1)!.total, steps.length);
        for (const [index, { total }] of steps.entries())
          assert(total <= steps[Math.max(0, index - 1)]!.total, 'it is never more than was said before');
      }
    });

    it('writes words only: no special tokens, no pieces where a word begins', async () => {
      const { fillings } = await fill({ text: `The ${mask} was here.`, fillings: 60 });
      for (const { masks } of fillings!) assert.match(masks[0]!.text, /^[^\s[<#](?:.*\S)?$/);
    });

    it('ranks only what can be written as a candidate, on request, with the same probabilities', async () => {
      const text = `The ${mask} was here.`;
      const [all, words] = await Promise.all([
        fill({ text, top: 500 }),
        fill({ text, top: 500, wordsOnly: true }),
      ]);
      const { tokenizer } = (await models.openEncoder(fixture(name), 'fill')).model;
      const special = Object.values(tokenizer.special).map((token) => token?.id);
      const wanted = all.masks[0]!.candidates.filter(
        ({ id, text: word }) =>
          !special.includes(id) &&
          !tokenizer.isSpecial(id) &&
          word.trim() !== '' &&
          !word.includes('\ufffd') &&
          !tokenizer.continuesWord(id),
      );
      assert.ok(wanted.length < all.masks[0]!.candidates.length);
      assert.deepEqual(words.masks[0]!.candidates, wanted);
    });

    it('lets a mask stand for a word of several tokens', async () => {
      const text = `The ${mask} was here.`;
      const { fillings } = await fill({ text, fillings: 300, maxTokens: 3 });
      const lengths = new Set(fillings!.map(({ masks }) => masks[0]!.tokens.length));
      assert.deepEqual([...lengths].sort(), [1, 2, 3]);
      for (const { masks } of fillings!) {
        const { text: word, tokens } = masks[0]!;
        assert.equal(
          word,
          tokens
            .map((token) => token.text)
            .join('')
            .trim(),
        );
        if (tokens.length > 1) assert.match(word, /^[\p{L}\p{M}\p{N}'’-]+$/u);
      }
      const single = await fill({ text, fillings: 300 });
      assert.ok(single.fillings!.every(({ masks }) => masks[0]!.tokens.length === 1));
    });

    it('fills one mask alone on request, the others still hidden', async () => {
      const text = `The ${mask} of ${mask}.`;
      const { masks, fillings } = await fill({ text, fillings: 5, only: 1, top: 200 });
      for (const { masks: filled, logprob } of fillings!) {
        assert.equal(filled.length, 1);
        const candidate = masks[1]!.candidates.find(({ id }) => id === filled[0]!.tokens[0]!.id);
        assert.ok(Math.abs(Math.exp(logprob) - candidate!.probability) < 1e-6);
      }
      await assert.rejects(fill({ text, fillings: 5, only: 2 }), /has 2 masks.* none with index 2/);
    });

    it('fills masks that no window holds at once, and says so', async () => {
      const filler = 'The old lighthouse stood at the edge of the bay. '.repeat(20);
      const text = `${mask} ${filler}${mask} ${filler}${mask}`;
      const result = await fill({ text, fillings: 3 });
      assert.equal(result.truncated, true);
      assert.equal(result.fillings!.length, 3);
      assert.deepEqual(
        result.masks.map(({ start }) => start),
        [0, mask.length + 1 + filler.length, text.length - mask.length],
      );
      assert.equal((await fill({ text: `The ${mask}.` })).truncated, false);
    });

    it('ranks by what stands around the mask, not by the beginning of a long text', async () => {
      const near = `She opened the ${mask} and went in.`;
      const filler = 'the bay was calm and the lamp was lit ';
      const far = filler.repeat(40);
      const [a, b] = await Promise.all([
        fill({ text: `${far}${near} ${far}`, top: 5 }),
        // Other text of the same length at the beginning, out of the window's sight.
        fill({
          text: `${'the lamp was calm and the bay was lit '.repeat(10)}${far.slice(10 * filler.length)}${near} ${far}`,
          top: 5,
        }),
      ]);
      assert.equal(a.truncated && b.truncated, true);
      assert.deepEqual(
        a.masks[0]!.candidates.map(({ id }) => id),
        b.masks[0]!.candidates.map(({ id }) => id),
      );
    });

    it("weighs a word of one token as its candidates' probabilities do, with its rank", async () => {
      const text = `The old ${mask} stood at the edge.`;
      const { masks } = await fill({ text, top: 30 });
      const index = masks[0]!.candidates.findIndex(({ text: word }) => /^[a-z]{3,}$/i.test(word));
      const { text: word, probability } = masks[0]!.candidates[index]!;
      const { weighed } = await fill({ text, weigh: { mask: 0, word } });
      assert.ok(Math.abs(Math.exp(weighed!.logprob) - probability) < 1e-6);
      assert.equal(weighed!.rank, index + 1);
    });

    it('weighs a word of several tokens as the joint filling does', async () => {
      const text = `The ${mask} was here.`;
      const { fillings } = await fill({ text, fillings: 200, maxTokens: 2 });
      const { tokenizer } = (await models.openEncoder(fixture(name), 'fill')).model;
      const two = fillings!.filter(({ masks }) => {
        const { text: word, tokens } = masks[0]!;
        const ids = tokenizer.encode(`The ${word}`, { addSpecial: false }).tokens.map(({ id }) => id);
        return tokens.length === 2 && ids.slice(-2).join() === tokens.map(({ id }) => id).join();
      });
      assert.ok(two.length > 0);
      for (const { masks, logprob } of two.slice(0, 5)) {
        const { weighed } = await fill({ text, weigh: { mask: 0, word: masks[0]!.text } });
        assert.equal(weighed!.rank, null);
        // The best of the orders, which the beam may have missed.
        assert.ok(weighed!.logprob >= logprob - 1e-5);
        assert.ok(weighed!.logprob <= logprob + 1);
      }
    });

    it('stops between two runs when it is cancelled', async () => {
      let turns = 0;
      const cancelled = new EngineError('cancelled', 'Cancelled.');
      const turn = () => (++turns > 2 ? Promise.reject(cancelled) : Promise.resolve());
      const text = `The ${mask} of ${mask} and ${mask}.`;
      await assert.rejects(
        fillMask({ model: fixture(name), text, fillings: 5 }, { ...context, turn }),
        cancelled,
      );
      assert.equal(turns, 3);
    });

    it('refuses numbers out of range, by name', async () => {
      const text = `The ${mask}.`;
      await assert.rejects(fill({ text, fillings: -1 }), /number of fillings .* not -1/);
      await assert.rejects(fill({ text, maxTokens: 0 }), /number of tokens a mask may stand for .* not 0/);
      await assert.rejects(fill({ text, weigh: { mask: 1, word: 'bay' } }), /no.* with index 1/);
    });
  });
}

for (const [name, { text, places }] of Object.entries(expected.expected)) {
  describe(`tokens expected by ${name}`, () => {
    it("are transformers' most probable ones at each place", async () => {
      const { tokens } = await score({ model: fixture(name), text, top: 3 }, context);
      assert.equal(tokens.length, places.length);
      tokens.forEach((token, index) => {
        assert.deepEqual(
          token.expected!.map(({ id }) => id),
          places[index]!.ids,
        );
        assertClose(
          token.expected!.map(({ probability }) => probability),
          places[index]!.probabilities,
          1e-4,
        );
      });
    });

    it('come only when they are asked for', async () => {
      const { tokens } = await score({ model: fixture(name), text }, context);
      assert.ok(tokens.every((token) => !('expected' in token)));
    });

    it('say how far the scoring is', async () => {
      const partials: ScorePartial[] = [];
      const long = `${text} `.repeat(30);
      const { tokens } = await score(
        { model: fixture(name), text: long },
        { ...context, partial: (value) => partials.push(value) },
      );
      assert.ok(partials.length > 1);
      assert.deepEqual(partials.at(-1), { done: tokens.length, total: tokens.length });
    });
  });
}

describe('scoring by a masked model in smaller windows', () => {
  it('scores every token once, and reads less at a time', async () => {
    const text = 'The old lighthouse stood at the edge of the bay. '.repeat(6).trim();
    const whole = await score({ model: fixture('bert-masked'), text }, context);
    const parts = await score({ model: fixture('bert-masked'), text, window: 24 }, context);
    assert.deepEqual(
      parts.tokens.map(({ start, end }) => [start, end]),
      whole.tokens.map(({ start, end }) => [start, end]),
    );
    assert.notDeepEqual(
      parts.tokens.map(({ logprob }) => logprob),
      whole.tokens.map(({ logprob }) => logprob),
    );
    await assert.rejects(score({ model: fixture('bert-masked'), text, window: 3 }, context), /at least 16/);
  });
});
