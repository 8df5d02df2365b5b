import assert from 'node:assert/strict';
import * as path from 'node:path';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { continueChoices } from '../../../../src/engine/tasks/continueChoices';
import { continueText } from '../../../../src/engine/tasks/continueText';
import type { EngineError, GenerationParameters } from '../../../../src/protocol/engine';
import { assertClose, fixture } from '../../fixtures';

const model = fixture('gpt2-optimum');

/** A store of its own, and how many runs of the model it took. */
function engine() {
  const models = new ModelStore({ threads: 1 });
  let runs = 0;
  const turn = async (): Promise<void> => void runs++;
  const context = { models, turn, partial: () => undefined };
  return {
    run: (text: string, options: GenerationParameters, speculate = false, folder = model) =>
      continueText({ model: folder, text, options, speculate }, context),
    choices: (text: string, count: number, options: GenerationParameters, folder = model) =>
      continueChoices({ model: folder, text, count, options }, context),
    runs: () => runs,
    /** How many tokens of a text, and of others behind it, would have to be read. */
    tokensRead: async (text: string, behind: number[] = [], folder = model) => {
      const { model: open } = await models.openCausal(folder, 'continue');
      const ids = [...open.tokenizer.encode(text).tokens.map(({ id }) => id), ...behind];
      const context = open.net.resume(ids);
      const known = context.cache.length;
      open.net.keep(context);
      return ids.length - known;
    },
    close: () => models.closeAll(),
  };
}

const text = 'The quick brown fox jumps over the lazy dog. It runs home';
const greedy = { maxNewTokens: 12, doSample: false, repetitionPenalty: 1 };

describe('A text that begins as one that was read', () => {
  for (const [name, next] of [
    ['with more written', `${text} and sleeps`],
    ['after a deletion', text.slice(0, -12)],
    ['after an insertion near the end', text.replace('runs home', 'slowly runs home')],
    ['unchanged', text],
  ] as const)
    it(`is continued ${name} as if it were new, and read from where it changed`, async () => {
      const warm = engine();
      const cold = engine();
      await warm.run(text, greedy);
      const unread = await warm.tokensRead(next);
      const again = await warm.run(next, greedy);
      const fresh = await cold.run(next, greedy);
      assert.deepEqual(
        again.tokens.map(({ id }) => id),
        fresh.tokens.map(({ id }) => id),
      );
      assertClose(
        again.tokens.map(({ logprob }) => logprob),
        fresh.tokens.map(({ logprob }) => logprob),
        1e-5,
      );
      assert(unread < 20, `${unread} tokens were still to be read`);
      await warm.close();
      await cold.close();
    });

  for (const folder of ['gpt2-fp16', 'llama', 'qwen2', 'opt'])
    it(`is read from where it changed, also by a graph that was not written anew: ${folder}`, async () => {
      const [warm, cold] = [engine(), engine()];
      await warm.run(text, greedy, false, fixture(folder));
      for (const next of [`${text} and sleeps`, text.slice(0, -12)]) {
        const unread = await warm.tokensRead(next, [], fixture(folder));
        assert(unread < 20, `${unread} tokens were still to be read`);
        const [again, fresh] = [
          await warm.run(next, greedy, false, fixture(folder)),
          await cold.run(next, greedy, false, fixture(folder)),
        ];
        assert.deepEqual(
          again.tokens.map(({ id }) => id),
          fresh.tokens.map(({ id }) => id),
        );
      }
      await warm.close();
      await cold.close();
    });

  it('is continued in the same way when it is asked for again, also where activations are quantised', async () => {
    const options = { ...greedy, maxNewTokens: 40 };
    for (const folder of [fixture('gpt2-int8'), path.join(__dirname, '../../../../models/headlight-gpt2')]) {
      const { run, close } = engine();
      const first = await run(text, options, false, folder);
      assert.deepEqual((await run(text, options, false, folder)).tokens, first.tokens);
      await close();
    }
  });

  it('is read once by beam search, and its best continuation once more', async () => {
    const { run, tokensRead, close } = engine();
    const { tokens } = await run(text, { maxNewTokens: 12, doSample: false, numBeams: 3 });
    const written = tokens.map(({ id }) => id);
    assert(written.length > 2);
    assert.equal(await tokensRead(text, written), 1, 'the last token');
    await close();
  });

  it('knows what the model itself wrote', async () => {
    const warm = engine();
    const first = await warm.run(text, greedy);
    const written = first.tokens.map(({ id }) => id);
    assert.equal(await warm.tokensRead(text, [...written, 3]), 2, 'the last token written, and a new one');
    await warm.close();
  });
});

describe('Guessing ahead', () => {
  const table = '| a | b |\n| - | - |\n| a | b |\n| - | - |\n| a | b |\n| - | - |\n';
  for (const repetitionPenalty of [1, 1.1, 0.2])
    it(`changes nothing in what is written, penalty ${repetitionPenalty}`, async () => {
      const options = { maxNewTokens: 50, doSample: false, repetitionPenalty };
      for (const prompt of [table, text, 'one two one two one two']) {
        const [guessing, plain] = [engine(), engine()];
        const guessed = await guessing.run(prompt, options, true);
        const expected = await plain.run(prompt, options, false);
        assert.deepEqual(
          guessed.tokens.map(({ id }) => id),
          expected.tokens.map(({ id }) => id),
        );
        assert.equal(guessed.text, expected.text);
        assert.equal(guessed.finish, expected.finish);
        assertClose(
          guessed.tokens.map(({ logprob }) => logprob),
          expected.tokens.map(({ logprob }) => logprob),
          1e-5,
        );
        // What is kept of it is what was written.
        const next = `${prompt}${expected.text} and`;
        assert.equal(
          (await guessing.run(next, greedy, false)).text,
          (await plain.run(next, greedy, false)).text,
        );
        await guessing.close();
        await plain.close();
      }
    });

  it('takes fewer runs where the text repeats itself', async () => {
    const [guessing, plain] = [engine(), engine()];
    // What was written before is made so likely that the text repeats itself.
    const options = { maxNewTokens: 60, doSample: false, repetitionPenalty: 0.2 };
    await guessing.run('The quick brown fox', options, true);
    await plain.run('The quick brown fox', options, false);
    assert(guessing.runs() * 1.2 < plain.runs(), `${guessing.runs()} runs instead of ${plain.runs()}`);
    await guessing.close();
    await plain.close();
  });

  it('is left alone where activations are quantised', async () => {
    const [guessing, plain] = [engine(), engine()];
    const int8 = fixture('gpt2-int8');
    const options = { maxNewTokens: 40, doSample: false, repetitionPenalty: 1 };
    const guessed = await guessing.run(table, options, true, int8);
    assert.deepEqual(guessed.tokens, (await plain.run(table, options, false, int8)).tokens);
    assert.equal(guessing.runs(), plain.runs());
    await guessing.close();
    await plain.close();
  });
});

describe('Several continuations of one text', () => {
  const options = { maxNewTokens: 12, doSample: true, temperature: 1, topK: 0, topP: 1, seed: 5 };
  for (const folder of ['gpt2-optimum', 'gpt2-fp16'])
    it(`are those that are written one by one, in one run a token, on ${folder}`, async () => {
      const [together, alone] = [engine(), engine()];
      const { choices } = await together.choices(text, 4, options, fixture(folder));
      assert.equal(choices.length, 4);
      for (const [index, choice] of choices.entries()) {
        const single = await alone.run(text, { ...options, seed: 5 + index }, false, fixture(folder));
        assert.deepEqual(
          choice.tokens.map(({ id }) => id),
          single.tokens.map(({ id }) => id),
        );
        assert.equal(choice.text, single.text);
        assert.equal(choice.finish, single.finish);
      }
      assert.equal(new Set(choices.map((choice) => choice.text)).size, 4);
      assert(together.runs() <= 12);
      await together.close();
      await alone.close();
    });

  it('end each for itself', async () => {
    const { choices, close } = engine();
    const stop = ['e'];
    const result = await choices(text, 6, { ...options, maxNewTokens: 30, stop });
    for (const choice of result.choices) {
      assert(!choice.text.includes('e'));
      assert(choice.finish === 'stop' || choice.tokens.length === 30);
    }
    assert(new Set(result.choices.map(({ tokens }) => tokens.length)).size > 1);
    await close();
  });

  it('are at least one and not too many', async () => {
    const { choices, close } = engine();
    for (const count of [0, 1.5, 17])
      await assert.rejects(choices(text, count, options), (error: EngineError) => error.code === 'option');
    await assert.rejects(choices(text, 2, { numBeams: 2 }), /numBeams/);
    await close();
  });
});
